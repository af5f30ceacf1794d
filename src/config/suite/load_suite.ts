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
 * @throws UserError with the line of what is wrong, and the nearest name for an unknown setting
 */
export async function loadSuite(path: string): Promise<GivenBench> {
  const { values, lineOf } = await readYaml(path);
  const given = checked(values, (message, where) => {
    const line = lineOf(where);
    return `${path}:${line === undefined ? '' : `${line}:`} ${message}`;
  });
  const suite = await toSuite(given, {
    name: parse(path).name,
    file: path,
    folder: dirname(path),
    sha256: hashOf(values),
  });
  return { ...suite, slurm: given.slurm ?? {} };
}

/**
 * A suite from the values of flags, in the form of a file.
 * @throws UserError as `loadSuite`
 */
export async function suiteFromFlags(values: Readonly<Record<string, unknown>>): Promise<GivenBench> {
  const origin = { name: 'bench', file: null, folder: '.', sha256: hashOf(values) };
  const given = checked(values, (message) => message);
  return { ...(await toSuite(given, origin)), slurm: given.slurm ?? {} };
}

/** @param place puts the place in front of a message */
function checked(values: unknown, place: (message: string, path: YamlPath) => string): GivenSuite {
  const result = suiteSchema.safeParse(values);
  if (result.success) return result.data;
  const { message, path } = firstIssue(result.error, suiteSchema, values);
  throw new UserError(place(message, path));
}

/** Of the settings as they were written, less what editors alone read, and where they are evaluated. */
function hashOf(values: Readonly<Record<string, unknown>>): string {
  const { $schema: _, slurm: __, ...settings } = values;
  return createHash('sha256').update(JSON.stringify(settings)).digest('hex');
}
