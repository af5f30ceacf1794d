import type { Command } from 'commander';
import type { ExitCode } from '../util/errors.js';
import type { ProcessIo } from './process_io.js';
import type { Steps } from './steps.js';

/** What a command's action works with. */
export interface CommandContext {
  /** The whole command line. */
  readonly argv: readonly string[];
  readonly io: ProcessIo;
  readonly library: Steps;
  /** Set by the action where it is not 0. */
  exitCode: ExitCode;
}

/** Adds arguments, options and the action to a command. */
export type DefineCommand = (command: Command, context: CommandContext) => void | Promise<void>;

/** A command in a list of them. */
export interface CommandEntry {
  readonly name: string;
  readonly description: string;
  readonly load: () => Promise<DefineCommand>;
}
