import type { Command } from 'commander';
import type { z } from 'zod';
import { settingsFromEnvironment } from '../config/environment.js';
import { loadConfig } from '../config/load.js';
import { validateSettings } from '../config/validate.js';

/** Flags that are not settings of the work. */
export interface OwnFlags {
  readonly config?: string;
  readonly quiet?: boolean;
  readonly color: boolean;
}

const own: ReadonlySet<string> = new Set<keyof OwnFlags>(['config', 'quiet', 'color']);

/**
 * What the user gave, merged: flags before environment variables, those before the configuration file.
 * @throws UserError for the first setting that is unknown or out of its range.
 */
export async function givenSettings<Schema extends z.ZodObject>(
  schema: Schema,
  command: Command,
  model: string | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<z.output<Schema>> {
  const { config } = command.opts<OwnFlags>();
  return {
    ...(config === undefined ? {} : await loadConfig(config, schema)),
    ...settingsFromEnvironment(environment),
    ...settingsFromFlags(schema, command),
    ...(model === undefined ? {} : { model }),
  };
}

function settingsFromFlags<Schema extends z.ZodObject>(schema: Schema, command: Command): z.output<Schema> {
  const values: Record<string, unknown> = {};
  for (const option of command.options) {
    const key = option.attributeName();
    if (command.getOptionValueSource(key) !== 'cli' || own.has(key)) continue;
    values[option.name()] = command.getOptionValue(key);
  }
  return validateSettings(schema, values, (name) => `--${name}`);
}
