import { dirname, isAbsolute, join } from 'node:path';
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { messageOf, UserError } from '../util/errors.js';
import { readInput } from '../util/files.js';
import type { GivenShared } from './schema.js';
import { validateSettings } from './validate.js';

const mostBytes = 1 << 20;

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
  const bytes = await readInput(path);
  if (bytes.length > mostBytes) {
    throw new UserError(`${path}: has ${bytes.length} bytes; a configuration file has at most ${mostBytes}`);
  }
  const lines = new LineCounter();
  const document = parseDocument(decode(path, bytes), { lineCounter: lines, prettyErrors: false });
  const problem = document.errors[0];
  if (problem !== undefined) {
    throw new UserError(`${path}:${lines.linePos(problem.pos[0]).line}: ${problem.message.split('\n')[0]}`);
  }
  const root = document.contents;
  if (!isMap(root)) {
    throw new UserError(`${path}: expected settings such as "lut: mult.txt", one a line`);
  }
  let values: Record<string, unknown>;
  try {
    values = document.toJS({ maxAliasCount: 100 }) as Record<string, unknown>;
  } catch (error) {
    throw new UserError(`${path}: ${messageOf(error).split('\n')[0]}`, { cause: error });
  }
  const where = (name: string) => {
    const key = root.items
      .map((pair) => pair.key)
      .find((item) => isScalar(item) && String(item.value) === name);
    const offset = isScalar(key) ? key.range?.[0] : undefined;
    return offset === undefined ? `${path}: ${name}` : `${path}:${lines.linePos(offset).line}: ${name}`;
  };
  return fromFolder(dirname(path), validateSettings(schema, values, where));
}

function decode(path: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new UserError(`${path}: is not text in UTF-8; expected YAML or JSON`, { cause: error });
  }
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
