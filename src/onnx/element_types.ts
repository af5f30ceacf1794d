import type { ElementType, TensorData } from './graph.js';

interface ElementTypeRow {
  readonly type: ElementType;
  /** TensorProto.DataType of the ONNX format. */
  readonly code: number;
  readonly bytes: number;
  readonly array: (buffer: ArrayBufferLike, offset: number, length: number) => TensorData;
}

const ROWS: readonly ElementTypeRow[] = [
  { type: 'float32', code: 1, bytes: 4, array: (b, o, n) => new Float32Array(b, o, n) },
  { type: 'uint8', code: 2, bytes: 1, array: (b, o, n) => new Uint8Array(b, o, n) },
  { type: 'int8', code: 3, bytes: 1, array: (b, o, n) => new Int8Array(b, o, n) },
  { type: 'uint16', code: 4, bytes: 2, array: (b, o, n) => new Uint16Array(b, o, n) },
  { type: 'int16', code: 5, bytes: 2, array: (b, o, n) => new Int16Array(b, o, n) },
  { type: 'int32', code: 6, bytes: 4, array: (b, o, n) => new Int32Array(b, o, n) },
  { type: 'int64', code: 7, bytes: 8, array: (b, o, n) => new BigInt64Array(b, o, n) },
  { type: 'bool', code: 9, bytes: 1, array: (b, o, n) => new Uint8Array(b, o, n) },
  { type: 'float16', code: 10, bytes: 2, array: (b, o, n) => new Uint16Array(b, o, n) },
  { type: 'float64', code: 11, bytes: 8, array: (b, o, n) => new Float64Array(b, o, n) },
  { type: 'uint32', code: 12, bytes: 4, array: (b, o, n) => new Uint32Array(b, o, n) },
  { type: 'uint64', code: 13, bytes: 8, array: (b, o, n) => new BigUint64Array(b, o, n) },
];

/** bfloat16 is no ElementType: constants of it become float32 when they are read. */
export const BFLOAT16_CODE = 16;
const STRING_CODE = 8;

/** The other DataTypes of ONNX, for messages. */
const UNSUPPORTED: ReadonlyMap<number, string> = new Map([
  [BFLOAT16_CODE, 'bfloat16'],
  [14, 'complex64'],
  [15, 'complex128'],
  [17, 'float8e4m3fn'],
  [18, 'float8e4m3fnuz'],
  [19, 'float8e5m2'],
  [20, 'float8e5m2fnuz'],
  [21, 'uint4'],
  [22, 'int4'],
  [23, 'float4e2m1'],
]);

/** Element type of an ONNX DataType number; undefined where a Graph cannot hold it. */
export function elementTypeOf(code: number): ElementType | undefined {
  if (code === STRING_CODE) return 'string';
  return ROWS.find((row) => row.code === code)?.type;
}

/** ONNX DataType number of an element type. */
export function elementTypeCode(type: ElementType): number {
  return type === 'string' ? STRING_CODE : rowOf(type).code;
}

/** Name of an ONNX DataType number, for messages. */
export function elementTypeName(code: number): string {
  return elementTypeOf(code) ?? UNSUPPORTED.get(code) ?? `number ${code}`;
}

/** Bytes of one element. */
export function elementBytes(type: ElementType): number {
  return rowOf(type).bytes;
}

/** A zeroed array for `length` elements. The caller has checked the length. */
export function allocate(type: ElementType, length: number): TensorData {
  const row = rowOf(type);
  return row.array(new ArrayBuffer(length * row.bytes), 0, length);
}

/**
 * Little-endian bytes as an array of `type`: a view where the bytes are aligned, else a copy.
 * `bytes.length` must be a multiple of the element's size.
 */
export function viewBytes(type: ElementType, bytes: Uint8Array): TensorData {
  const row = rowOf(type);
  // Not slice(): that of a Buffer is a view again.
  const aligned = bytes.byteOffset % row.bytes === 0 ? bytes : new Uint8Array(bytes);
  return row.array(aligned.buffer, aligned.byteOffset, aligned.byteLength / row.bytes);
}

function rowOf(type: ElementType): ElementTypeRow {
  const row = ROWS.find((candidate) => candidate.type === type);
  if (row === undefined) throw new TypeError(`tensors of element type ${type} cannot be held in memory`);
  return row;
}
