import { extname } from 'node:path';
import { UserError } from '../../util/errors.js';
import type { Multiplier } from '../multiplier.js';
import { LUT_FORMATS, type LutFormat } from './format.js';
import type { RawFormat } from './raw.js';

/** A table of products or derivatives with its axes: a multiplier, or one of its gradient tables. */
export interface WritableTable extends Pick<Multiplier, 'activation' | 'weight' | 'bits'> {
  /** [activation][weight], operands ascending. */
  readonly table: Int32Array | Float32Array;
}

const BY_EXTENSION: Readonly<Record<string, LutFormat | 'raw'>> = {
  '.txt': 'text',
  '.csv': 'csv',
  '.npy': 'npy',
  '.bin': 'raw',
  '.raw': 'raw',
  '.h': 'c',
  '.c': 'c',
};

/** Formats that hold numbers of one type alone; undefined: float32. */
const RANGES: ReadonlyMap<LutFormat, readonly [number, number] | undefined> = new Map([
  ['u16', [0, 0xffff]],
  ['i16', [-0x8000, 0x7fff]],
  ['i32', [-0x80000000, 0x7fffffff]],
  ['f32', undefined],
]);

/**
 * The narrowest raw format that holds the values and whose signedness follows from the operands, so that reading it
 * with the operand types alone gives the same numbers.
 */
export function rawFormatFor({ table, activation, weight }: WritableTable): RawFormat {
  if (table instanceof Float32Array) return 'f32';
  const narrow = activation === 'int8' || weight === 'int8' ? 'i16' : 'u16';
  return valueOutside(table, narrow) === undefined ? narrow : 'i32';
}

/** The first value that an integer format does not hold. */
function valueOutside(table: Int32Array, format: LutFormat): number | undefined {
  const [least, most] = RANGES.get(format) ?? [];
  if (least === undefined || most === undefined) return undefined;
  return table.find((value) => value < least || value > most);
}

/** Why a format does not hold a table, and which one does; undefined where it does. */
export function misfit({ table }: WritableTable, format: LutFormat): string | undefined {
  if (!RANGES.has(format)) return undefined;
  const range = RANGES.get(format);
  if (table instanceof Float32Array) {
    return range === undefined ? undefined : `derivatives do not fit ${format}; write them with --to f32`;
  }
  if (range === undefined) return `products do not fit ${format}; write them with --to i32`;
  const outside = valueOutside(table, format);
  if (outside === undefined) return undefined;
  return `${outside} does not fit ${format} (${range.join('…')}); write it with --to i32`;
}

/**
 * The format of a file to write: the stated one, else by its extension.
 * @throws UserError where neither tells, or the values do not fit the stated one
 */
export function formatToWrite(path: string, table: WritableTable, stated?: LutFormat): LutFormat {
  const format = stated ?? BY_EXTENSION[extname(path).toLowerCase()];
  if (format === undefined) {
    throw new UserError(
      `${path}: the extension names no format, expected ${Object.keys(BY_EXTENSION).join(', ')}; or state one of ${LUT_FORMATS.join(', ')} with --to`,
    );
  }
  if (format === 'raw') return rawFormatFor(table);
  const objection = misfit(table, format);
  if (objection !== undefined) throw new UserError(`${path}: ${objection}`);
  return format;
}
