import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { messageOf, UserError } from '../util/errors.js';
import { readInput } from '../util/files.js';
import { packagePath } from '../util/paths.js';
import { didYouMean } from '../util/suggest.js';
import type { Preprocess } from './dataset.js';

const pixelCount = z.int().min(1).max(8192);
const imageSide = z.union([pixelCount, z.tuple([pixelCount, pixelCount])], {
  error: 'expected a number of pixels, or [height, width]',
});
const perChannel = (value: z.ZodNumber) =>
  z.preprocess((given) => (typeof given === 'number' ? [given] : given), z.array(value).min(1).max(4096));

const augmentSchema = z.strictObject({
  pad: z.int().min(0).max(1024).default(0),
  flip: z.boolean().default(false),
});

const preprocessSchema = z.strictObject({
  scale: z.number().default(1),
  mean: perChannel(z.number()).default([0]),
  std: perChannel(z.number().refine((std) => std !== 0, 'must not be 0')).default([1]),
  layout: z.enum(['nchw', 'nhwc']).default('nchw'),
  channels: z.union([z.literal(1), z.literal(3)], { error: 'expected 1 (grey) or 3 (RGB)' }).optional(),
  resize: imageSide.optional(),
  crop: imageSide.optional(),
  augment: augmentSchema.optional(),
});

/** Names of the settings of a preprocessing file. */
export const preprocessKeys = Object.keys(preprocessSchema.shape);

/**
 * Checks settings that come from a file or from a model's metadata, and fills in the defaults
 * (scale 1, mean 0, std 1, layout nchw).
 * @param where they come from, for messages.
 * @throws UserError naming the first setting that is wrong.
 */
export function parsePreprocess(value: unknown, where: string): Preprocess {
  const result = preprocessSchema.safeParse(value);
  if (result.success) return result.data as Preprocess;
  const issue = result.error.issues[0]!;
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0]!;
    const known = issue.path[0] === 'augment' ? Object.keys(augmentSchema.shape) : preprocessKeys;
    throw new UserError(
      `${where}: unknown setting "${[...issue.path, key].join('.')}"${didYouMean(key, known)} (known: ${known.join(', ')})`,
    );
  }
  const path =
    issue.path.length > 0 ? `${issue.path.join('.')}: ` : 'expected settings (scale, mean, std …): ';
  throw new UserError(`${where}: ${path}${issue.message}`);
}

/**
 * Loads a preset by name (a file in configs/preprocess/), or a YAML or JSON file.
 * @throws UserError where there is none, or its content is wrong.
 */
export async function loadPreprocess(nameOrFile: string): Promise<Preprocess> {
  const isPath = /[/\\]|\.(ya?ml|json)$/i.test(nameOrFile);
  const preset = packagePath('configs', 'preprocess', `${nameOrFile}.yaml`);
  if (!isPath && !nameOrFile.includes('\0') && existsSync(preset)) return readPreprocess(preset, nameOrFile);
  if (!isPath && !existsSync(nameOrFile)) {
    const names = await presetNames();
    throw new UserError(
      `--preprocess ${nameOrFile}: no such preset or file${didYouMean(nameOrFile, names)} (presets: ${names.join(', ')})`,
    );
  }
  return readPreprocess(nameOrFile, nameOrFile);
}

/** The presets that ship, sorted. */
export async function presetNames(): Promise<string[]> {
  const files = await readdir(join(packagePath('configs'), 'preprocess'));
  return files
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort();
}

async function readPreprocess(path: string, where: string): Promise<Preprocess> {
  const text = (await readInput(path)).toString('utf8');
  let value: unknown;
  try {
    // JSON is YAML too. Aliases are bounded by the parser, against "billion laughs".
    value = parseYaml(text);
  } catch (error) {
    throw new UserError(`${where}: not YAML or JSON: ${messageOf(error).split('\n')[0]!.replace(/:$/, '')}`, {
      cause: error,
    });
  }
  return parsePreprocess(value, where);
}
