import { UserError } from '../../util/errors.js';
import { didYouMean } from '../../util/suggest.js';
import { brokenArray } from './broken_array.js';
import { compensatedBrokenArray } from './compensated_broken_array.js';
import { drum } from './drum.js';
import { exact } from './exact.js';
import type { Family } from './family.js';
import { gaussianNoise } from './gaussian_noise.js';
import { kulkarni } from './kulkarni.js';
import { mitchell } from './mitchell.js';
import { perforated } from './perforated.js';
import { roba } from './roba.js';
import { truncated } from './truncated.js';
import { truncatedResult } from './truncated_result.js';
import { uniformNoise } from './uniform_noise.js';

/** All families, in the order of the help: plain ones, arrays with parts left out, other arithmetic, noise. */
export const families: readonly Family[] = [
  exact,
  truncated,
  truncatedResult,
  brokenArray,
  compensatedBrokenArray,
  perforated,
  mitchell,
  drum,
  roba,
  kulkarni,
  uniformNoise,
  gaussianNoise,
];

/**
 * The family of that name.
 * @throws UserError where there is none; names those that are near, and all.
 */
export function findFamily(name: string): Family {
  const family = families.find((candidate) => candidate.name === name);
  if (family) return family;
  const names = families.map((candidate) => candidate.name);
  throw new UserError(
    `no multiplier family is called "${name}"${didYouMean(name, names)} (families: ${names.join(', ')})`,
  );
}
