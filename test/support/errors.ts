import assert from 'node:assert/strict';
import { UserError } from '../../src/util/errors.js';

/** For `assert.throws` and `assert.rejects`: a one-line UserError whose message matches all patterns. */
export function userError(...patterns: RegExp[]): (error: unknown) => true {
  return (error) => {
    assert.ok(
      error instanceof UserError,
      `expected a UserError, got ${error instanceof Error ? error.stack : error}`,
    );
    assert.doesNotMatch(error.message, /\n/);
    for (const pattern of patterns) assert.match(error.message, pattern);
    return true;
  };
}
