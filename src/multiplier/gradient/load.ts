import { UserError } from '../../util/errors.js';
import type { LutFormat } from '../formats/format.js';
import { readDerivatives } from '../formats/read.js';
import { readTableFile } from '../load.js';
import { firstOperand, type Multiplier, type OperandType } from '../multiplier.js';
import { labelledOrder } from '../reading/axis_order.js';
import { type GradientTables, gradientTables } from './gradient_tables.js';

/**
 * Reads a table of derivatives for operands of the given types and width: row = activation, column = weight, both
 * in ascending order unless labels say otherwise; any format of `readDerivatives`.
 * Throws a UserError for everything else.
 * @returns [activation][weight], operands ascending
 */
export function readGradientTable(
  bytes: Uint8Array,
  { activation, weight, bits }: Pick<Multiplier, 'activation' | 'weight' | 'bits'>,
  file: string,
  format?: LutFormat,
): Float32Array {
  const table = readDerivatives(bytes, file, format);
  const size = 2 ** bits;
  if (table.bits !== bits) {
    const found = 2 ** table.bits;
    throw new UserError(
      `${file}: ${found} × ${found} numbers, expected ${size} × ${size} for a multiplier of ${bits}-bit operands`,
    );
  }
  if (table.rowLabels === undefined && table.columnLabels === undefined) return table.values;
  const rows = positions(table.rowLabels, activation, bits, file);
  const columns = positions(table.columnLabels, weight, bits, file);
  const ordered = new Float32Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) ordered[rows[i]! * size + columns[j]!] = table.values[i * size + j]!;
  }
  return ordered;
}

/** Index of the operand at each position of an axis. */
function positions(
  labels: Int32Array | undefined,
  type: OperandType,
  bits: number,
  file: string,
): Int32Array {
  if (labels === undefined) return Int32Array.from({ length: 2 ** bits }, (_, i) => i);
  if (labelledOrder(labels)?.type !== type) {
    throw new UserError(
      `${file}: the labels do not name every operand of the multiplier (${bits}-bit ${type}) once; remove or mend them`,
    );
  }
  return labels.map((label) => label - firstOperand(type, bits));
}

/**
 * Gradient tables from two files (see `readGradientTable`): estimates of ∂T/∂a and of ∂T/∂w.
 * Throws a UserError where one is missing or no such table.
 */
export async function loadGradientTables(
  multiplier: Multiplier,
  activationFile: string,
  weightFile: string,
): Promise<GradientTables> {
  const read = async (file: string) => readGradientTable(await readTableFile(file), multiplier, file);
  return gradientTables(await read(activationFile), await read(weightFile), multiplier);
}
