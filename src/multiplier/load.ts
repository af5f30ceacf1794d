import { basename, extname } from 'node:path';
import { UserError } from '../util/errors.js';
import { readInput, statInput } from '../util/files.js';
import { createMultiplier, exactMultiplier, isSymmetric } from './create.js';
import { TABLE_SIZE, type TableFile } from './formats/table_file.js';
import { readTextTable } from './formats/text.js';
import { firstOperand, type Multiplier } from './multiplier.js';
import { type OperandPair, operandTypes } from './operand_pair.js';
import { chooseReading } from './reading.js';

/** Which axis of a file comes first: activation × weight, or weight × activation. */
export type LutOrder = 'aw' | 'wa';

export interface LoadMultiplierOptions {
  /** Operand types; 'auto' (default) finds them out. */
  readonly type?: 'auto' | OperandPair;
  /** What rows and columns stand for; default 'aw', with a warning where that matters. */
  readonly order?: LutOrder;
}

export interface LoadedMultiplier {
  readonly multiplier: Multiplier;
  /** What the user should know about how the file was understood; one line each. */
  readonly warnings: readonly string[];
}

/** A table of 65536 numbers has no business being larger. */
const MAX_BYTES = 64 * 2 ** 20;
const BITS = 8;

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

/** A table file as a multiplier; see `loadMultiplier`. `path` is for its name and messages. */
export function interpretTable(
  table: TableFile,
  path: string,
  { type = 'auto', order }: LoadMultiplierOptions = {},
): LoadedMultiplier {
  const stated = type === 'auto' ? undefined : operandTypes(type);
  const swapped = order === 'wa';
  const { reading, warnings } = chooseReading(
    table,
    stated && {
      row: swapped ? stated.weight : stated.activation,
      column: swapped ? stated.activation : stated.weight,
    },
    path,
  );
  const [activation, weight] = swapped ? [reading.column, reading.row] : [reading.row, reading.column];
  const canonical = new Int32Array(TABLE_SIZE * TABLE_SIZE);
  const a0 = firstOperand(activation.type, BITS);
  const w0 = firstOperand(weight.type, BITS);
  for (let i = 0; i < TABLE_SIZE; i++) {
    for (let j = 0; j < TABLE_SIZE; j++) {
      const a = activation.operands[swapped ? j : i]! - a0;
      const w = weight.operands[swapped ? i : j]! - w0;
      canonical[a * TABLE_SIZE + w] = table.values[i * TABLE_SIZE + j]!;
    }
  }
  const multiplier = createMultiplier(
    basename(path, extname(path)),
    activation.type,
    weight.type,
    BITS,
    canonical,
  );
  // A stated pair of different types tells the axes apart by itself.
  const ordered = order !== undefined || (stated !== undefined && stated.activation !== stated.weight);
  if (ordered || isSymmetric(multiplier)) return { multiplier, warnings };
  return {
    multiplier,
    warnings: [
      ...warnings,
      `${path}: the table is not symmetric; rows were taken as activations and columns as weights: confirm with --lut-order aw, or swap them with --lut-order wa`,
    ],
  };
}

/**
 * Loads a multiplier: `exact` (of the stated operand types, by default int8 × int8), or a text file of
 * 256 × 256 integers (see `readTextTable`). Operand types and index order are found by comparison with the exact
 * product unless `type` states the types. Throws a UserError for everything that is not a table, and where the
 * operand types remain in doubt.
 */
export async function loadMultiplier(
  spec: string,
  options: LoadMultiplierOptions = {},
): Promise<LoadedMultiplier> {
  if (spec === 'exact') {
    const { type = 'auto' } = options;
    const { activation, weight } = operandTypes(type === 'auto' ? 'int8' : type);
    return { multiplier: exactMultiplier(activation, weight, BITS), warnings: [] };
  }
  return interpretTable(readTextTable(await readTableFile(spec), spec), spec, options);
}
