import assert from 'node:assert/strict';
import { EXIT, type ExitCode, UserError } from '../../src/util/errors.js';

/** For `assert.throws` and `assert.rejects`: a one-line UserError whose message matches all patterns. */
export function userError(...patterns: RegExp[]): (error: unknown) => true {
  return errorOfCode(undefined, patterns);
}

/** The same, of what makes the command line end with 3. */
export function unavailableError(...patterns: RegExp[]): (error: unknown) => true {
  return errorOfCode(EXIT.unavailable, patterns);
}

function errorOfCode(exitCode: ExitCode | undefined, patterns: readonly RegExp[]): (error: unknown) => true {
  return (error) => {
    assert.ok(
      error instanceof UserError,
      `expected a UserError, got ${error instanceof Error ? error.stack : error}`,
    );
    assert.doesNotMatch(error.message, /\n/);
    if (exitCode !== undefined) assert.equal(error.exitCode, exitCode);
    for (const pattern of patterns) assert.match(error.message, pattern);
    return true;
  };
}
