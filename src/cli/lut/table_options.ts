import { type Command, Option } from 'commander';
import { LUT_FORMATS, type LutFormat } from '../../multiplier/formats/format.js';
import type { LoadMultiplierOptions } from '../../multiplier/load.js';
import { OPERAND_PAIRS, type OperandPair } from '../../multiplier/operand_pair.js';
import { UserError } from '../../util/errors.js';

/** Flags that say how table files are to be read. */
export interface TableFlags {
  readonly types: 'auto' | OperandPair;
  readonly order?: string;
  readonly from?: LutFormat;
}

export function addTableOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--types <types>', 'operands, activation x weight; auto: found by comparison with a·w')
        .choices(['auto', ...OPERAND_PAIRS])
        .default('auto'),
    )
    .option(
      '--order <order>',
      'aw: a row is an activation, wa: a weight; ascending or twos-complement: order of the operands; or both as wa,ascending',
    )
    .addOption(
      new Option('--from <format>', 'format of the table where it is not recognised').choices(LUT_FORMATS),
    );
}

/** @throws UserError where the order is none */
export function readOptions({ types, order, from }: TableFlags): LoadMultiplierOptions {
  const parts = order?.split(',') ?? [];
  const orientation = parts.find((part) => part === 'aw' || part === 'wa');
  const indexOrder = parts.find((part) => part === 'ascending' || part === 'twos-complement');
  if (parts.length !== [orientation, indexOrder].filter((part) => part !== undefined).length) {
    throw new UserError(
      `--order: '${order}', expected aw or wa, ascending or twos-complement, or one of each as in wa,ascending`,
    );
  }
  return {
    type: types,
    order: orientation as LoadMultiplierOptions['order'],
    indexOrder: indexOrder as LoadMultiplierOptions['indexOrder'],
    format: from,
    flags: { type: '--types', order: '--order' },
  };
}
