import { EXIT, type ExitCode } from '../util/errors.js';
import { packageVersion } from '../util/version.js';
import { reportFailure } from './failure.js';
import { type ProcessIo, realProcess } from './process_io.js';
import { type Steps, steps } from './steps.js';

/** Grace for native work that is under way when an interrupted run has said its last word, in ms. */
const interruptGrace = 150;

/** The executable. */
export async function main(): Promise<void> {
  const io = realProcess();
  const fail = (error: unknown) => process.exit(reportFailure(error, io));
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  process.exitCode = await run(process.argv.slice(2), io);
  if (process.exitCode === EXIT.interrupted) setTimeout(() => io.dieOfInterrupt(), interruptGrace).unref();
}

/**
 * Runs one command line.
 * @param argv arguments without node and script.
 * @returns the exit code; nothing is thrown.
 */
export async function run(argv: readonly string[], io: ProcessIo, library: Steps = steps): Promise<ExitCode> {
  // Scripts ask for the version alone; reading commander takes longer than answering.
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    io.stdout.write(`${packageVersion()}\n`);
    return EXIT.ok;
  }
  try {
    const { runProgram } = await import('./program.js');
    return await runProgram(argv, io, library);
  } catch (error) {
    return reportFailure(error, io);
  }
}
