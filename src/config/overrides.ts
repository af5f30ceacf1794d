import type { EvalSettings } from '../eval/settings.js';
import type { GivenShared } from './schema.js';

/** Single values of the preprocessing: only what was given, so that a spread over a preset replaces nothing else. */
export function overridesOf(given: GivenShared): EvalSettings['overrides'] {
  const { scale, mean, std, layout, resize, crop } = given;
  return Object.fromEntries(
    Object.entries({ scale, mean, std, layout, resize, crop }).filter(([, value]) => value !== undefined),
  );
}
