import { UserError } from './errors.js';

/** Element types of .npy files, by their NumPy names. */
export type NpyType =
  | 'bool'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float16'
  | 'float32'
  | 'float64';

/** bool is a Uint8Array; float16 is widened to float32. */
export type NpyData =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/** An array in row-major (C) order, native byte order. */
export interface NpyArray {
  readonly type: NpyType;
  readonly shape: readonly number[];
  readonly data: NpyData;
}

interface Kind {
  readonly type: NpyType;
  readonly bytes: 1 | 2 | 4 | 8;
  readonly view: (buffer: ArrayBuffer) => NpyData;
}

/** By NumPy's kind character and size in bytes. */
const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['b1', { type: 'bool', bytes: 1, view: (b) => new Uint8Array(b) }],
  ['i1', { type: 'int8', bytes: 1, view: (b) => new Int8Array(b) }],
  ['u1', { type: 'uint8', bytes: 1, view: (b) => new Uint8Array(b) }],
  ['i2', { type: 'int16', bytes: 2, view: (b) => new Int16Array(b) }],
  ['u2', { type: 'uint16', bytes: 2, view: (b) => new Uint16Array(b) }],
  ['i4', { type: 'int32', bytes: 4, view: (b) => new Int32Array(b) }],
  ['u4', { type: 'uint32', bytes: 4, view: (b) => new Uint32Array(b) }],
  ['i8', { type: 'int64', bytes: 8, view: (b) => new BigInt64Array(b) }],
  ['u8', { type: 'uint64', bytes: 8, view: (b) => new BigUint64Array(b) }],
  ['f2', { type: 'float16', bytes: 2, view: (b) => Float32Array.from(new Uint16Array(b), halfToFloat) }],
  ['f4', { type: 'float32', bytes: 4, view: (b) => new Float32Array(b) }],
  ['f8', { type: 'float64', bytes: 8, view: (b) => new Float64Array(b) }],
]);

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const mostDimensions = 32;
const longestHeader = 1 << 16;

/**
 * Reads an .npy file (format versions 1, 2 and 3, any numeric type, either byte order and memory order).
 * @param name of the file, for messages.
 * @throws UserError where the bytes are not such a file; nothing is allocated before the sizes are checked.
 */
export function decodeNpy(bytes: Uint8Array, name: string): NpyArray {
  const { header, dataStart } = readHeader(bytes, name);
  const { kind, bigEndian } = readKind(header, name);
  const fortran = /'fortran_order'\s*:\s*(True|False)\b/.exec(header)?.[1];
  if (fortran === undefined) throw new UserError(`${name}: the .npy header does not state 'fortran_order'`);
  const shape = readShape(header, name);

  const found = bytes.length - dataStart;
  const expected = shape.reduce((product, size) => product * size, kind.bytes);
  if (expected !== found) {
    throw new UserError(
      `${name}: shape [${shape.join(', ')}] of ${kind.type} needs ${expected} bytes of data, the file has ${found}`,
    );
  }
  // A copy, so that the views below are aligned (Buffer.slice would not copy).
  const raw = new Uint8Array(bytes.subarray(dataStart));
  if (bigEndian) swapBytes(raw, kind.bytes);
  const data = kind.view(raw.buffer);
  return { type: kind.type, shape, data: fortran === 'True' ? toRowMajor(data, shape) : data };
}

function readHeader(bytes: Uint8Array, name: string): { header: string; dataStart: number } {
  if (bytes.length < 10 || magic.some((byte, i) => bytes[i] !== byte)) {
    throw new UserError(`${name}: not an .npy file (it does not begin with \\x93NUMPY)`);
  }
  const version = bytes[6]!;
  if (version < 1 || version > 3) {
    throw new UserError(`${name}: .npy format version ${version}, expected 1, 2 or 3`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerStart = version === 1 ? 10 : 12;
  if (bytes.length < headerStart) throw new UserError(`${name}: the file ends inside the .npy header`);
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const dataStart = headerStart + length;
  if (length > longestHeader || dataStart > bytes.length) {
    throw new UserError(
      `${name}: the .npy header states ${length} bytes for itself, ${bytes.length - headerStart} follow (at most ${longestHeader} are accepted)`,
    );
  }
  return { header: Buffer.from(bytes.subarray(headerStart, dataStart)).toString('utf8'), dataStart };
}

function readKind(header: string, name: string): { kind: Kind; bigEndian: boolean } {
  const descr = /'descr'\s*:\s*('[^']*'|\[)/.exec(header)?.[1];
  if (descr === undefined) throw new UserError(`${name}: the .npy header does not state 'descr'`);
  const parts = /^'([<>|=]?)([a-zA-Z][0-9]+)'$/.exec(descr);
  const kind = parts ? kinds.get(parts[2]!) : undefined;
  if (parts === null || kind === undefined) {
    const shown = descr === '[' ? 'a structured type' : descr.slice(0, 40);
    throw new UserError(
      `${name}: element type ${shown} is not supported, expected a boolean, integer or float type`,
    );
  }
  return { kind, bigEndian: parts[1] === '>' && kind.bytes > 1 };
}

function readShape(header: string, name: string): number[] {
  const text = /'shape'\s*:\s*\(([^()]*)\)/.exec(header)?.[1];
  if (text === undefined) throw new UserError(`${name}: the .npy header does not state 'shape'`);
  const sizes = text.split(',').map((size) => size.trim());
  if (sizes.at(-1) === '') sizes.pop();
  if (sizes.length > mostDimensions || !sizes.every((size) => /^[0-9]{1,15}$/.test(size))) {
    throw new UserError(
      `${name}: the shape (${text.slice(0, 60)}) in the .npy header is not a list of sizes`,
    );
  }
  return sizes.map(Number);
}

function swapBytes(bytes: Uint8Array, size: 1 | 2 | 4 | 8): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (size === 2) buffer.swap16();
  else if (size === 4) buffer.swap32();
  else if (size === 8) buffer.swap64();
}

/** Column-major (Fortran) order to row-major. */
function toRowMajor(data: NpyData, shape: readonly number[]): NpyData {
  const result = data.slice();
  const index = new Array<number>(shape.length).fill(0);
  const strides: number[] = [];
  let stride = 1;
  for (const size of shape) {
    strides.push(stride);
    stride *= size;
  }
  let source = 0;
  for (let i = 0; i < result.length; i++) {
    result[i] = data[source]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      source += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      source -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return result;
}

/** IEEE 754 binary16 bits to a number. */
function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

const descriptions: readonly [new (n: number) => NpyData, string][] = [
  [Int8Array, '|i1'],
  [Uint8Array, '|u1'],
  [Int16Array, '<i2'],
  [Uint16Array, '<u2'],
  [Int32Array, '<i4'],
  [Uint32Array, '<u4'],
  [BigInt64Array, '<i8'],
  [BigUint64Array, '<u8'],
  [Float32Array, '<f4'],
  [Float64Array, '<f8'],
];

/** The bytes of an .npy file (version 1) with `data` in row-major order; its length must be the product of `shape`. */
export function encodeNpy(shape: readonly number[], data: NpyData): Uint8Array {
  const elements = shape.reduce((product, size) => product * size, 1);
  if (elements !== data.length) {
    throw new RangeError(`shape [${shape.join(', ')}] has ${elements} elements, the data ${data.length}`);
  }
  const descr = descriptions.find(([type]) => data instanceof type)![1];
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  // NumPy aligns the data to 64 bytes: 10 bytes of prefix, the header padded with blanks, a line feed.
  const padded = `${dictionary.padEnd(Math.ceil((dictionary.length + 11) / 64) * 64 - 11)}\n`;
  const bytes = new Uint8Array(10 + padded.length + data.byteLength);
  bytes.set([...magic, 1, 0, padded.length & 255, padded.length >> 8]);
  bytes.set(Buffer.from(padded, 'latin1'), 10);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 10 + padded.length);
  return bytes;
}
