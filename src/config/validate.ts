import type { z } from 'zod';
import { UserError } from '../util/errors.js';
import { didYouMean } from '../util/suggest.js';

/**
 * Checks settings that came from one place.
 * @param where prefix of an error for a setting, e.g. `--limit` or `settings.yaml:3: limit`.
 * @throws UserError for the first setting that is unknown or out of its range.
 */
export function validateSettings<Schema extends z.ZodObject>(
  schema: Schema,
  values: Record<string, unknown>,
  where: (name: string) => string,
): z.output<Schema> {
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  if (issue.code === 'unrecognized_keys') {
    const name = issue.keys[0]!;
    throw new UserError(`${where(name)}: unknown setting${didYouMean(name, Object.keys(schema.shape))}`);
  }
  const name = String(issue.path[0]);
  throw new UserError(`${where(name)}: ${issue.message}, got ${got(values[name])}`);
}

function got(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
