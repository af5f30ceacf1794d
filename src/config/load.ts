import { dirname, isAbsolute, join } from 'node:path';
import type { z } from 'zod';
import type { GivenShared } from './schema.js';
import { validateSettings } from './validate.js';
import { readYaml } from './yaml_file.js';

/**
 * Reads a configuration file: YAML or JSON (which YAML contains), with the names of the flags as keys.
 * Relative paths in it start from its own folder.
 * @param schema that of the command.
 * @throws UserError with the line of what is wrong.
 */
export async function loadConfig<Schema extends z.ZodObject>(
  path: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  const { values, lineOf } = await readYaml(path);
  const where = (name: string) => {
    const line = lineOf([name]);
    return line === undefined ? `${path}: ${name}` : `${path}:${line}: ${name}`;
  };
  return fromFolder(dirname(path), validateSettings(schema, values, where));
}

/** Settings that name files or folders, with the words that do not. */
const paths: Readonly<Record<string, readonly string[]>> = {
  model: [],
  lut: ['exact', 'float'],
  'save-calibration': [],
  calibration: [],
  output: [],
  'save-logits': [],
  'save-predictions': [],
  save: [],
  'gradient-activation': [],
  'gradient-weight': [],
  teacher: [],
  checkpoint: [],
  log: [],
  plot: [],
};

function fromFolder<Given extends GivenShared>(folder: string, settings: Given): Given {
  const resolve = (path: string) => (isAbsolute(path) ? path : join(folder, path));
  const named = Object.entries(settings).map(([name, value]) =>
    typeof value === 'string' && paths[name]?.includes(value) === false
      ? [name, resolve(value)]
      : [name, value],
  );
  const resolved: Given = { ...settings, ...Object.fromEntries(named) };
  if (settings.data !== undefined && !settings.data.startsWith('synthetic-digits')) {
    resolved.data = resolve(settings.data);
  }
  // Presets are plain names; files have an extension or a folder.
  if (settings.preprocess !== undefined && /[./\\]/.test(settings.preprocess)) {
    resolved.preprocess = resolve(settings.preprocess);
  }
  if (settings.layer !== undefined) {
    resolved.layer = settings.layer.map(({ pattern, lut }) => ({
      pattern,
      lut: lut === 'exact' || lut === 'float' ? lut : resolve(lut),
    }));
  }
  return resolved;
}
