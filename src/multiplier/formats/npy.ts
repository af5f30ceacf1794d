import { UserError } from '../../util/errors.js';
import { decodeNpy } from '../../util/npy.js';
import { checkedValues, type NumberKind } from './numbers.js';
import { bitsOfCount, EXPECTED_COUNT, type TableFile } from './table_file.js';
import { fillTable } from './triples.js';

export function isNpy(bytes: Uint8Array): boolean {
  return bytes[0] === 0x93 && Buffer.from(bytes.subarray(1, 6)).toString('latin1') === 'NUMPY';
}

/**
 * Reads an .npy file: [2^b, 2^b], the same flat, or triples [4^b, 3]; any integer or float type whose values are of the kind.
 * Throws a UserError for everything else.
 */
export function readNpyTable<Values extends Int32Array | Float32Array>(
  bytes: Uint8Array,
  file: string,
  kind: NumberKind<Values>,
): { readonly table: TableFile<Values>; readonly storage: string } {
  const { type, shape, data } = decodeNpy(bytes, file);
  const count = data.length;
  const triples = shape.length === 2 && shape[1] === 3;
  const bits = bitsOfCount(triples ? shape[0]! : count);
  const square = shape.length === 2 && shape[0] === shape[1];
  if (bits === undefined || !(triples || square || shape.length === 1)) {
    throw new UserError(`${file}: an array of shape [${shape.join(', ')}], expected ${EXPECTED_COUNT}`);
  }
  // 64-bit integers beyond 2^53 lose their last digits, and are refused as products all the same.
  const numbers = Float64Array.from(data as ArrayLike<number | bigint>, Number);
  if (triples) {
    for (let i = 0; i < count; i += 3) {
      const objection = kind.objection(numbers[i + 2]!);
      if (objection !== undefined)
        throw new UserError(`${file}: row ${i / 3}: ${numbers[i + 2]} ${objection}`);
    }
    const where = (triple: number) => `${file}: row ${triple}`;
    const table = fillTable(bits, { numbers, what: 'of [a, w, value]', where, file }, count / 3, kind);
    return { table: { ...table, format: 'npy' }, storage: type };
  }
  const size = 2 ** bits;
  const values = checkedValues(numbers, kind, (i) => `${file}: entry [${Math.floor(i / size)}, ${i % size}]`);
  return { table: { format: 'npy', bits, values }, storage: type };
}
