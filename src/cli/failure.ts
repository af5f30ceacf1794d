import { EXIT, type ExitCode, UserError } from '../util/errors.js';
import { packageVersion } from '../util/version.js';
import type { ProcessIo } from './process_io.js';
import { clearLine } from './progress.js';

/**
 * Says on stderr why a command failed: one line for what the user can mend, the stack for a bug.
 * @returns the exit code.
 */
export function reportFailure(error: unknown, { stderr }: ProcessIo): ExitCode {
  if (error instanceof UserError) {
    stderr.write(`${clearLine(stderr)}approxtorch: ${error.message}\n`);
    return error.exitCode;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  stderr.write(
    `${clearLine(stderr)}approxtorch: this is a bug, please report it with what follows\n` +
      `approxtorch ${packageVersion()}, node ${process.version}, ${process.platform} ${process.arch}\n${stack}\n`,
  );
  return EXIT.bug;
}
