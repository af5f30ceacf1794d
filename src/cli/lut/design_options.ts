import { type Command, Option } from 'commander';
import type { DesignOptions } from '../../multiplier/build/design_options.js';
import { UserError } from '../../util/errors.js';

/** Flags that say how a design is to be understood and run. */
export interface DesignFlags {
  readonly top?: string;
  readonly operands?: string;
  readonly bits?: string;
  readonly timeout: string;
}

export function addDesignOptions(command: Command): Command {
  return command
    .option(
      '--top <name>',
      'function or module (default: the one called like the file, else the only fitting one)',
    )
    .option(
      '--operands <a,w>',
      'names of activation and weight in the source (default: A,B, else as declared)',
    )
    .option(
      '--bits <b>',
      'width of the operands of a C function (default: that in a name such as mul7u_…, else 8)',
    )
    .addOption(new Option('--timeout <s>', 'seconds until the design is given up').default('60'));
}

/** What a command says of running the user's own code. */
export const DESIGN_NOTE = `
The design is the user's own code, and it is run: C is compiled with cc (or $CC)
and executed, Verilog is simulated with Icarus Verilog (iverilog).`;

/** @throws UserError where a value is out of its range */
export function designOptions({ top, operands, bits, timeout }: DesignFlags): DesignOptions {
  const names = operands?.split(',').map((name) => name.trim());
  if (names !== undefined && (names.length !== 2 || names.some((name) => name === ''))) {
    throw new UserError(
      `--operands: '${operands}', expected two names, that of the activation first, as in A,B`,
    );
  }
  return {
    top,
    operands: names as [string, string] | undefined,
    bits: bits === undefined ? undefined : numberIn('--bits', bits, 2, 8, true),
    timeout: numberIn('--timeout', timeout, 0.1, 86_400, false),
  };
}

function numberIn(flag: string, text: string, least: number, most: number, whole: boolean): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value >= least && value <= most) || (whole && !Number.isInteger(value))) {
    throw new UserError(
      `${flag}: '${text}', expected a ${whole ? 'whole ' : ''}number from ${least} to ${most}`,
    );
  }
  return value;
}
