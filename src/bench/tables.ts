import { type LoadMultiplierOptions, loadMultiplier } from '../multiplier/load.js';
import type { Multiplier } from '../multiplier/multiplier.js';
import type { GroupParts } from './group.js';
import type { SuiteAssignment } from './suite/suite.js';

/** Tables of a suite, each read once; one that cannot be read fails those who ask for it. */
export class TableStore {
  readonly #loaded = new Map<string, Promise<Multiplier>>();
  readonly #warn: (message: string) => void;

  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  /** @param file 'exact' or a table file. @throws UserError where it is no table */
  load(file: string, read: LoadMultiplierOptions = {}): Promise<Multiplier> {
    const key = JSON.stringify([file, read]);
    const known = this.#loaded.get(key);
    if (known !== undefined) return known;
    const loading = loadMultiplier(file, read).then(({ multiplier, warnings }) => {
      warnings.forEach(this.#warn);
      return multiplier;
    });
    // Whoever asks hears of it.
    loading.catch(() => undefined);
    this.#loaded.set(key, loading);
    return loading;
  }

  /** The tables that an assignment names for single layers. @throws UserError where one is no table */
  ofLayers({ layers }: SuiteAssignment, read: LoadMultiplierOptions): Promise<GroupParts['tables']> {
    return Promise.all(
      layers.map(async ({ pattern, lut }) => ({
        pattern,
        multiplier: lut === 'float' ? ('float' as const) : await this.load(lut, read),
      })),
    );
  }
}
