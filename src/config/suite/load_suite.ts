import { createHash } from 'node:crypto';
import { dirname, parse } from 'node:path';
import type { Suite } from '../../bench/suite/suite.js';
import { UserError } from '../../util/errors.js';
import { firstIssue } from '../issue.js';
import { readYaml, type YamlPath } from '../yaml_file.js';
import { type GivenSlurm, type GivenSuite, suiteSchema } from './suite_schema.js';
import { toSuite } from './to_suite.js';

/** A suite, and how it says that a cluster evaluates it. */
export interface GivenBench extends Suite {
  readonly slurm: GivenSlurm;
}

/**
 * Reads a suite file: YAML or JSON, see docs/bench.md. Relative paths in it start from its own folder.
 * @param more settings that come before those of the file
 * @throws UserError with the line of what is wrong, and the nearest name for an unknown setting
 */
export async function loadSuite(
  path: string,
  more: { readonly sensitivity?: true } = {},
): Promise<GivenBench> {
  const { values: written, lineOf } = await readYaml(path);
  const values = { ...written, ...more };
  const given = checked(values, (message, where) => {
    const line = lineOf(where);
    return `${path}:${line === undefined ? '' : `${line}:`} ${message}`;
  });
  const suite = await toSuite(given, { name: parse(path).name, file: path, folder: dirname(path) });
  return { ...suite, sha256: hashOf(values, suite), slurm: given.slurm ?? {} };
}

/**
 * A suite from the values of flags, in the form of a file.
 * @throws UserError as `loadSuite`
 */
export async function suiteFromFlags(values: Readonly<Record<string, unknown>>): Promise<GivenBench> {
  const given = checked(values, (message) => message);
  const suite = await toSuite(given, { name: 'bench', file: null, folder: '.' });
  return { ...suite, sha256: hashOf(values, suite), slurm: given.slurm ?? {} };
}

/** @param place puts the place in front of a message */
function checked(values: unknown, place: (message: string, path: YamlPath) => string): GivenSuite {
  const result = suiteSchema.safeParse(values);
  if (result.success) return result.data;
  const { message, path } = firstIssue(result.error, suiteSchema, values);
  throw new UserError(place(message, path));
}

/**
 * Of the settings as they were written, less what editors alone read and where they are evaluated, and of what their
 * globs stand for.
 */
function hashOf(values: Readonly<Record<string, unknown>>, { multipliers }: Omit<Suite, 'sha256'>): string {
  const { $schema: _, slurm: __, ...settings } = values;
  const names = multipliers.map(({ name }) => name);
  return createHash('sha256')
    .update(JSON.stringify([settings, names]))
    .digest('hex');
}
