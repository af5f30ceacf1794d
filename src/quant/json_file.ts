import type { z } from 'zod';
import { messageOf, UserError } from '../util/errors.js';

/** What a JSON file is, for messages. */
export interface JsonFileKind {
  /** e.g. 'a calibration'. */
  readonly what: string;
  /** How the user gets a good one: 'write it with --save-calibration'. */
  readonly remedy: string;
}

/** A JSON text that follows a schema. Throws a UserError that names file and field for everything else. */
export function parseJsonFile<Schema extends z.ZodType>(
  text: string,
  path: string,
  schema: Schema,
  { what, remedy }: JsonFileKind,
): z.output<Schema> {
  // One line, whatever the file holds.
  const refuse = (reason: string): UserError =>
    new UserError(`${path}: ${reason.replace(/\p{Cc}+/gu, ' ')}; ${remedy}`);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw refuse(`not JSON: ${messageOf(error)}`);
  }
  const parsed = schema.safeParse(document);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const field = issue.path.length > 0 ? `'${issue.path.join('.')}': ` : '';
  throw refuse(`not ${what}: ${field}${issue.message}`);
}
