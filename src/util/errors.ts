/** Exit codes of the command line; see the README. */
export const EXIT = {
  ok: 0,
  checkFailed: 1,
  usage: 2,
  unavailable: 3,
  bug: 70,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/**
 * A mistake the user can mend. The message is one line that says what is wrong, where
 * (file, line, node), what was expected and what was found, and what to do next.
 * It is printed without a stack trace.
 */
export class UserError extends Error {
  readonly exitCode: ExitCode;

  constructor(message: string, options?: { exitCode?: ExitCode; cause?: unknown }) {
    super(printable(message), { cause: options?.cause });
    this.name = 'UserError';
    this.exitCode = options?.exitCode ?? EXIT.usage;
  }
}

/** Names from files may hold line breaks and terminal controls: they are escaped. */
function printable(message: string): string {
  return message.replace(/[\p{Cc}\u2028\u2029]/gu, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** The run was stopped by the user (Ctrl-C). */
export class InterruptedError extends UserError {
  constructor(message = 'interrupted') {
    super(message, { exitCode: EXIT.interrupted });
    this.name = 'InterruptedError';
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
