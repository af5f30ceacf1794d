import { UserError } from '../../util/errors.js';
import type { LutFormat } from './format.js';
import { checkedValues, type NumberKind } from './numbers.js';
import { bitsOfCount, type TableFile } from './table_file.js';

export type RawFormat = Extract<LutFormat, 'u16' | 'i16' | 'i32' | 'f32'>;

const BYTES: Readonly<Record<RawFormat, 2 | 4>> = { u16: 2, i16: 2, i32: 4, f32: 4 };

/** Whether a file of so many bytes can be a raw table: 4^b numbers of 2 or 4 bytes, never both. */
export function rawElementBytes(length: number): 2 | 4 | undefined {
  if (bitsOfCount(length / 2) !== undefined) return 2;
  return bitsOfCount(length / 4) === undefined ? undefined : 4;
}

/**
 * Reads 2^b × 2^b little-endian numbers without a header, row-major.
 * Throws a UserError where the bytes are too many or too few, or a float is no number of the kind.
 */
export function readRawTable<Values extends Int32Array | Float32Array>(
  bytes: Uint8Array,
  format: RawFormat,
  file: string,
  kind: NumberKind<Values>,
): TableFile<Values> {
  const size = BYTES[format];
  const bits = bitsOfCount(bytes.length / size);
  if (bits === undefined) {
    throw new UserError(
      `${file}: ${bytes.length} bytes, expected ${size * 65536} (256 × 256 numbers of ${size} bytes), or 2^b × 2^b numbers for operands of b = 2 to 7 bits`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = {
    u16: (at: number) => view.getUint16(at, true),
    i16: (at: number) => view.getInt16(at, true),
    i32: (at: number) => view.getInt32(at, true),
    f32: (at: number) => view.getFloat32(at, true),
  }[format];
  const numbers = Float64Array.from({ length: 4 ** bits }, (_, i) => read(i * size));
  const values = checkedValues(numbers, kind, (i) => `${file}: number ${i}`);
  return { format, bits, values };
}

/** The bytes of a raw table; values must fit the format. */
export function encodeRaw(values: ArrayLike<number>, format: RawFormat): Uint8Array {
  const size = BYTES[format];
  const view = new DataView(new ArrayBuffer(values.length * size));
  const write = {
    u16: (at: number, value: number) => view.setUint16(at, value, true),
    i16: (at: number, value: number) => view.setInt16(at, value, true),
    i32: (at: number, value: number) => view.setInt32(at, value, true),
    f32: (at: number, value: number) => view.setFloat32(at, value, true),
  }[format];
  for (let i = 0; i < values.length; i++) write(i * size, values[i]!);
  return new Uint8Array(view.buffer);
}
