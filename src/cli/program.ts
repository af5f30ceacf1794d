import { Command, CommanderError } from 'commander';
import { EXIT, type ExitCode } from '../util/errors.js';
import { packageVersion } from '../util/version.js';
import { addCommands } from './add_commands.js';
import type { CommandContext } from './command_context.js';
import { commands } from './commands.js';
import type { ProcessIo } from './process_io.js';
import type { Steps } from './steps.js';

/** Help is readable up to here. */
const widestHelp = 100;

/**
 * Parses a command line and runs its command.
 * @throws whatever the command throws; errors of usage are told to the user and give exit code 2.
 */
export async function runProgram(argv: readonly string[], io: ProcessIo, library: Steps): Promise<ExitCode> {
  const context: CommandContext = { argv, io, library, exitCode: EXIT.ok };
  const program = await createProgram(context);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return context.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    throw error;
  }
}

async function createProgram(context: CommandContext): Promise<Command> {
  const { io } = context;
  const program = new Command('approxtorch')
    .description(
      'Evaluates and retrains ONNX networks whose multiplications are done by an\napproximate multiplier.',
    )
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => Math.min(io.stdout.columns ?? 80, widestHelp),
      getErrHelpWidth: () => Math.min(io.stderr.columns ?? 80, widestHelp),
      outputError: (text, write) => write(`approxtorch: ${oneLine(text)}\n`),
    })
    .addHelpText('after', footer);
  await addCommands(program, commands, context);
  return program;
}

/** Commander spreads an error and its suggestion over two lines. */
function oneLine(text: string): string {
  const line = text
    .trim()
    .replace(/^error: /, '')
    .replace(/\n\(Did you mean (.*)\?\)$/s, '; did you mean $1?')
    .replace(/\p{Cc}+/gu, ' ');
  return /^unknown (option|command)/.test(line) && !line.includes('did you mean')
    ? `${line}; --help lists what there is`
    : line;
}

const footer = `
Examples:
  approxtorch eval model.onnx --lut mult.txt --data mnist/
  approxtorch finetune model.onnx --lut mult.txt --data mnist/ -o tuned.onnx

approxtorch <command> --help tells more.
Exit codes: 0 done, 1 a check failed, 2 usage or input error, 3 device
unavailable, 70 a bug, 130 interrupted.`;
