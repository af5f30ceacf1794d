/**
 * A reader of the protobuf wire format, just enough for ONNX files
 * (https://protobuf.dev/programming-guides/encoding/). Part of the slow reference: shares nothing with src/.
 */

/** One field as it stands on the wire: a varint, four or eight raw bytes, or a length-delimited run of bytes. */
export interface WireField {
  readonly number: number;
  readonly value: bigint | Uint8Array;
  /** 0 varint, 1 eight bytes, 2 length-delimited, 5 four bytes. */
  readonly wireType: number;
}

interface Varint {
  readonly value: bigint;
  readonly next: number;
}

function readVarint(bytes: Uint8Array, start: number): Varint {
  let value = 0n;
  for (let i = 0; i < 10; i++) {
    const byte = bytes[start + i];
    if (byte === undefined) throw new Error(`varint at byte ${start} is cut off`);
    value |= BigInt(byte & 0x7f) << BigInt(7 * i);
    if (byte < 0x80) return { value, next: start + i + 1 };
  }
  throw new Error(`varint at byte ${start} is longer than 10 bytes`);
}

/** All fields of one message, in file order. */
export function readFields(bytes: Uint8Array): WireField[] {
  const fields: WireField[] = [];
  let position = 0;
  while (position < bytes.length) {
    const key = readVarint(bytes, position);
    const number = Number(key.value >> 3n);
    const wireType = Number(key.value & 7n);
    position = key.next;
    if (wireType === 0) {
      const varint = readVarint(bytes, position);
      fields.push({ number, wireType, value: varint.value });
      position = varint.next;
      continue;
    }
    let length: number;
    if (wireType === 1) length = 8;
    else if (wireType === 5) length = 4;
    else if (wireType === 2) {
      const varint = readVarint(bytes, position);
      length = Number(varint.value);
      position = varint.next;
    } else throw new Error(`wire type ${wireType} at byte ${position}`);
    if (position + length > bytes.length) throw new Error(`field ${number} at byte ${position} is cut off`);
    fields.push({ number, wireType, value: bytes.subarray(position, position + length) });
    position += length;
  }
  return fields;
}

/** The bytes of a length-delimited or fixed-width field. */
export function asBytes(field: WireField): Uint8Array {
  if (typeof field.value === 'bigint') throw new Error(`field ${field.number}: expected bytes, got a varint`);
  return field.value;
}

export function asText(field: WireField): string {
  return new TextDecoder().decode(asBytes(field));
}

/** The integers of an int32/int64 field, packed or not, as two's-complement 64-bit values. */
export function asIntegers(field: WireField): number[] {
  if (typeof field.value === 'bigint') return [Number(BigInt.asIntN(64, field.value))];
  const values: number[] = [];
  let position = 0;
  while (position < field.value.length) {
    const varint = readVarint(field.value, position);
    values.push(Number(BigInt.asIntN(64, varint.value)));
    position = varint.next;
  }
  return values;
}

/** The float32 values of a float field, packed or not. */
export function asFloats(field: WireField): number[] {
  const bytes = asBytes(field);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}
