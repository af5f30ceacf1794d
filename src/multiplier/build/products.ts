import { UserError } from '../../util/errors.js';
import { firstOperand, type OperandType } from '../multiplier.js';
import type { DesignResult } from './design_result.js';
import { gridIndex } from './grid.js';

const INT32_MIN = -(2n ** 31n);
const INT32_MAX = 2n ** 31n - 1n;

/**
 * The products of a design as a canonical table; which sign they have: see `DesignResult.table`.
 * @param place begins a message
 */
export function readProducts(
  { values, grid, operands, result, top }: Omit<DesignResult, 'table'>,
  activation: OperandType,
  weight: OperandType,
  place: string,
): Int32Array {
  const { bits } = operands[0];
  const size = 2 ** bits;
  const a0 = firstOperand(activation, bits);
  const w0 = firstOperand(weight, bits);
  const read = BigInt64Array.from({ length: size * size }, (_, i) => {
    const row = gridIndex(grid, a0 + Math.floor(i / size));
    return values[row * grid.size + gridIndex(grid, w0 + (i % size))]!;
  });
  const interpret = interpretation(read, result, activation === 'int8' || weight === 'int8', 2 * bits);
  return Int32Array.from(read, (raw, i) => {
    const product = interpret(raw);
    if (product >= INT32_MIN && product <= INT32_MAX) return Number(product);
    const a = a0 + Math.floor(i / size);
    const w = w0 + (i % size);
    throw new UserError(
      `${place}: ${top} gives ${product} for ${operands[0].name} = ${a}, ${operands[1].name} = ${w}; products must lie in ${INT32_MIN}…${INT32_MAX}`,
    );
  });
}

/** @param productBits width of an exact product */
function interpretation(
  read: BigInt64Array,
  { bits, signed }: DesignResult['result'],
  signedCircuit: boolean,
  productBits: number,
): (raw: bigint) => bigint {
  const unsigned = (raw: bigint) => BigInt.asUintN(bits, raw);
  if (!signedCircuit) return signed && bits > productBits ? (raw) => raw : unsigned;
  if (signed) return (raw) => BigInt.asIntN(bits, raw);
  const fits = read.every((raw) => unsigned(raw) < 2n ** BigInt(productBits));
  const width = fits ? Math.min(bits, productBits) : bits;
  return (raw) => BigInt.asIntN(width, raw);
}
