import { type Command, Option } from 'commander';
import { OPERAND_PAIRS, type OperandPair } from '../../multiplier/operand_pair.js';
import type { CommandContext } from '../command_context.js';
import { addDesignOptions, DESIGN_NOTE, type DesignFlags, designOptions } from './design_options.js';
import { addMadeTableOptions, type MadeTableFlags, writeMadeTable } from './made_table.js';

type BuildFlags = DesignFlags & MadeTableFlags & { readonly types: 'auto' | OperandPair };

/** `approxtorch lut build` */
export function defineBuild(command: Command, { io }: CommandContext): void {
  command
    .description('Tabulates a multiplier from its own design in C or Verilog: all pairs of operands.')
    .argument('<source...>', 'a .c, .v or .sv file, then what else belongs to it (cells, other C files)');
  addDesignOptions(command).addOption(
    new Option(
      '--types <types>',
      'operands, activation x weight; auto: as the products look, else as declared',
    )
      .choices(['auto', ...OPERAND_PAIRS])
      .default('auto'),
  );
  addMadeTableOptions(command).addHelpText('after', `${DESIGN_NOTE}\n${notes}`);
  command.action(async (sources: string[], flags: BuildFlags) => {
    const { output, to, types } = flags;
    const { checkOutputs } = await import('../outputs.js');
    await checkOutputs({ '--output': output }, sources);
    const { buildTable } = await import('../../lut/build.js');
    const { interruptible } = await import('../interrupt.js');
    const made = await interruptible(io, { patient: false }, (signal) =>
      buildTable({ ...designOptions(flags), sources, types, signal }, { output, to }),
    );
    for (const warning of output === undefined && flags.format === 'text' ? made.report.warnings : []) {
      io.stderr.write(`approxtorch: warning: ${warning}\n`);
    }
    await writeMadeTable(made, flags, io);
  });
}

const notes = `
Examples:
  approxtorch lut build mul8u_2AC.v -o mul8u_2AC.txt
  approxtorch lut build netlist.v cells.v --top mult8 --operands x,y -o mult8.npy
  approxtorch lut build mul.c --top mul8s --types int8 -o mul8s.txt`;
