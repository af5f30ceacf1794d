import { basename, extname } from 'node:path';
import { UserError } from '../util/errors.js';
import { readInput, statInput } from '../util/files.js';
import { createMultiplier, exactMultiplier, isSymmetric } from './create.js';
import type { LutFormat } from './formats/format.js';
import { readProducts } from './formats/read.js';
import type { TableFile } from './formats/table_file.js';
import { firstOperand, type Multiplier } from './multiplier.js';
import { type OperandPair, operandTypes } from './operand_pair.js';
import type { IndexOrder } from './reading/axis_order.js';
import { type Choice, chooseReading } from './reading/reading.js';
import { LUT_FLAGS, type StatingFlags } from './reading/stating_flags.js';

/** Which axis of a file comes first: activation × weight, or weight × activation. */
export type LutOrder = 'aw' | 'wa';

export interface LoadMultiplierOptions {
  /** Operand types; 'auto' (default) finds them out. */
  readonly type?: 'auto' | OperandPair;
  /** What rows and columns stand for; default 'aw', with a warning where that matters. */
  readonly order?: LutOrder;
  /** Order of the operands along the axes; default: found out. */
  readonly indexOrder?: Exclude<IndexOrder, 'labelled'>;
  /** Format of the file; default: recognised. */
  readonly format?: LutFormat;
  /** What the command calls its flags, for messages; default: those of eval. */
  readonly flags?: StatingFlags;
}

/** How a file was understood. */
export interface TableReading extends Choice {
  /** Whether rows are weights. */
  readonly transposed: boolean;
  /** Why: said by the user, by the operand types, of no matter because T(a, w) = T(w, a), or assumed. */
  readonly orientation: 'stated' | 'types' | 'symmetric' | 'assumed';
}

export interface LoadedMultiplier {
  readonly multiplier: Multiplier;
  /** What the user should know about how the file was understood; one line each. */
  readonly warnings: readonly string[];
  /** undefined for `exact`, which is no file. */
  readonly reading?: TableReading;
}

/** A table of 65536 numbers has no business being larger. */
const MAX_BYTES = 64 * 2 ** 20;

/** The bytes of a table file. Throws a UserError where it is missing or too large to be one. */
export async function readTableFile(path: string): Promise<Uint8Array> {
  const { size } = await statInput(path);
  if (size > MAX_BYTES) {
    throw new UserError(
      `${path}: has ${size} bytes, expected a table of 256 × 256 numbers (${MAX_BYTES} bytes at most)`,
    );
  }
  return readInput(path);
}

/**
 * A table file as a multiplier; see `loadMultiplier`.
 * @param tables the numbers as the file declares them, then other ways to take them
 * @param path for its name and messages
 */
export function interpretTable(
  tables: readonly TableFile[],
  path: string,
  { type = 'auto', order, indexOrder, flags = LUT_FLAGS }: Omit<LoadMultiplierOptions, 'format'> = {},
): LoadedMultiplier & { readonly reading: TableReading } {
  const stated = type === 'auto' ? undefined : operandTypes(type);
  const transposed = order === 'wa';
  const types = stated && {
    row: transposed ? stated.weight : stated.activation,
    column: transposed ? stated.activation : stated.weight,
  };
  const choice = chooseReading(tables, { types, order: indexOrder, flags }, path);
  const multiplier = canonicalMultiplier(choice, transposed, basename(path, extname(path)));
  // A stated pair of different types tells the axes apart by itself.
  const orientation =
    order !== undefined
      ? 'stated'
      : stated !== undefined && stated.activation !== stated.weight
        ? 'types'
        : isSymmetric(multiplier)
          ? 'symmetric'
          : 'assumed';
  const warnings = [...choice.warnings];
  if (orientation === 'assumed') {
    warnings.push(
      `${path}: the table is not symmetric; rows were taken as activations and columns as weights: confirm with ${flags.order} aw, or swap them with ${flags.order} wa`,
    );
  }
  return { multiplier, warnings, reading: { ...choice, transposed, orientation } };
}

/** The table of a reading, activations as rows, operands ascending. */
export function canonicalMultiplier(
  { reading: { table, row, column } }: Pick<Choice, 'reading'>,
  transposed: boolean,
  name: string,
): Multiplier {
  const { values, bits } = table;
  const size = 2 ** bits;
  const [activation, weight] = transposed ? [column, row] : [row, column];
  const a0 = firstOperand(activation.type, bits);
  const w0 = firstOperand(weight.type, bits);
  const canonical = new Int32Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const a = activation.operands[transposed ? j : i]! - a0;
      const w = weight.operands[transposed ? i : j]! - w0;
      canonical[a * size + w] = values[i * size + j]!;
    }
  }
  return createMultiplier(name, activation.type, weight.type, bits, canonical);
}

/**
 * Loads a multiplier: `exact` (of the stated operand types, by default int8 × int8), or a table file in any of the
 * formats of `readProducts`. Operand types and index order are found by comparison with the exact product unless they
 * are stated. Throws a UserError for everything that is not a table, and where the operand types remain in doubt.
 */
export async function loadMultiplier(
  spec: string,
  options: LoadMultiplierOptions = {},
): Promise<LoadedMultiplier> {
  if (spec === 'exact') {
    const { type = 'auto' } = options;
    const { activation, weight } = operandTypes(type === 'auto' ? 'int8' : type);
    return { multiplier: exactMultiplier(activation, weight), warnings: [] };
  }
  return interpretTable(readProducts(await readTableFile(spec), spec, options.format), spec, options);
}
