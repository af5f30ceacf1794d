import type { FinetuneReport } from '../report/finetune_results.js';
import { UserError } from '../util/errors.js';
import type { FinetuneHooks, FinetuneSettings } from './settings.js';

// A place for what is being written: everything that `approxtorch finetune` does, from settings to the report.
export function runFinetune(
  _settings: FinetuneSettings,
  _hooks: FinetuneHooks = {},
): Promise<FinetuneReport> {
  return Promise.reject(new UserError('finetune is not there yet'));
}
