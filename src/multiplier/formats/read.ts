import { extname } from 'node:path';
import { UserError } from '../../util/errors.js';
import { isCArray, readCArray } from './c_array.js';
import type { LutFormat } from './format.js';
import { isNpy, readNpyTable } from './npy.js';
import type { NumberKind } from './numbers.js';
import { DERIVATIVES, PRODUCTS } from './numbers.js';
import { type RawFormat, rawElementBytes, readRawTable } from './raw.js';
import type { TableFile } from './table_file.js';
import { readTextTable } from './text.js';

const RAW_EXTENSIONS: ReadonlySet<string> = new Set(['.bin', '.raw', '.lut', '.dat']);
/** Bytes at the start that tell text from binary data. */
const SNIFFED = 4096;
const TAB = 9;
const SPACE = 32;
const CONTROLS_OF_TEXT: ReadonlySet<number> = new Set([TAB, 10, 12, 13]);

/** Whether the bytes can be no text. */
function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, SNIFFED).some((byte) => byte < SPACE && !CONTROLS_OF_TEXT.has(byte));
}

function looksRaw(bytes: Uint8Array, file: string): boolean {
  const named = RAW_EXTENSIONS.has(extname(file).toLowerCase());
  const fits = rawElementBytes(bytes.length) !== undefined;
  return isBinary(bytes) ? named || fits : named && fits && !looksLikeText(bytes);
}

function looksLikeText(bytes: Uint8Array): boolean {
  return /^[\s\d,;|+\-.eE]*$/.test(Buffer.from(bytes.subarray(0, SNIFFED)).toString('latin1'));
}

function readAny<Values extends Int32Array | Float32Array>(
  bytes: Uint8Array,
  file: string,
  format: LutFormat | undefined,
  kind: NumberKind<Values>,
): { readonly table: TableFile<Values>; readonly storage: string | undefined } {
  const raw = (type: RawFormat, storage?: string) => ({
    table: readRawTable(bytes, type, file, kind),
    storage,
  });
  switch (format) {
    case 'npy':
      return readNpyTable(bytes, file, kind);
    case 'c':
      return readCArray(bytes, file, kind);
    case 'text':
    case 'csv':
    case 'triples':
      return { table: readTextTable(bytes, file, kind), storage: undefined };
    case undefined:
      break;
    default:
      return raw(format);
  }
  if (isNpy(bytes)) return readNpyTable(bytes, file, kind);
  if (looksRaw(bytes, file)) {
    const four = rawElementBytes(bytes.length) === 4;
    if (kind.reals) return raw('f32');
    return four ? raw('i32') : raw('u16', 'uint16');
  }
  if (isCArray(bytes, file)) return readCArray(bytes, file, kind);
  return { table: readTextTable(bytes, file, kind), storage: undefined };
}

/**
 * The ways to understand the products in a file: one, or two where 16-bit numbers may be signed or not. The first is the
 * one that the file declares.
 * @param format undefined: recognised by content, and by the extension for raw numbers
 * @throws UserError where the file is no table
 */
export function readProducts(bytes: Uint8Array, file: string, format?: LutFormat): TableFile[] {
  if (format === 'f32') {
    throw new UserError(`${file}: raw float32 numbers are derivatives, products are integers`);
  }
  const { table, storage } = readAny(bytes, file, format, PRODUCTS);
  if (storage !== 'uint16' && storage !== 'int16') return [table];
  const unsigned = storage === 'uint16';
  if (!table.values.some((value) => value >= 0x8000 || value < 0)) return [table];
  const other = table.values.map((value) => (unsigned ? (value << 16) >> 16 : value & 0xffff));
  const rawFormat = table.format === 'u16' ? 'i16' : table.format;
  return [table, { ...table, values: other, format: rawFormat }];
}

/**
 * The derivatives in a file, in any of the formats; raw ones are float32.
 * @throws UserError where the file is no table
 */
export function readDerivatives(
  bytes: Uint8Array,
  file: string,
  format?: LutFormat,
): TableFile<Float32Array> {
  return readAny(bytes, file, format, DERIVATIVES).table;
}
