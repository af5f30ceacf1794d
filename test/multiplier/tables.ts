import { readdirSync, readFileSync } from 'node:fs';
import { join, parse } from 'node:path';
import { sharedData } from '../support/shared.js';

/** A real 8×8 table in canonical layout, read without the project's own code. */
export interface RealTable {
  readonly name: string;
  readonly type: 'int8' | 'uint8';
  readonly values: Int32Array;
}

/** Folder of the real tables, if it is there. */
export const lutsFolder = sharedData('luts');

/** The position of operand index i (0 = smallest operand) in a file of two's-complement order. */
export const twosComplement = (i: number): number => (i + 128) % 256;

function readText(path: string): Int32Array {
  return Int32Array.from(readFileSync(path, 'latin1').trim().split(/\s+/), Number);
}

/** All 20 distinct real tables and the two exact ones as texts; call only where `lutsFolder` is there. */
export function realTables(): RealTable[] {
  const folder = lutsFolder!;
  const tables: RealTable[] = [
    { name: 'exact', type: 'int8', values: readText(join(folder, 'exact.txt')) },
    { name: 'exact_uint8', type: 'uint8', values: readText(join(folder, 'exact_uint8.txt')) },
  ];
  for (const file of readdirSync(join(folder, 'evoapprox-signed'))) {
    tables.push({
      name: parse(file).name,
      type: 'int8',
      values: readText(join(folder, 'evoapprox-signed', file)),
    });
  }
  for (const file of readdirSync(join(folder, 'tf-approximate'))) {
    const bytes = readFileSync(join(folder, 'tf-approximate', file));
    const values = Int32Array.from({ length: 65536 }, (_, i) => bytes.readUInt16LE(2 * i));
    tables.push({ name: parse(file).name, type: 'uint8', values });
  }
  const header = readFileSync(join(folder, 'headers', 'mul8s_acc.h'), 'latin1');
  const raw = header.slice(header.indexOf('{')).match(/-?\d+/g)!.map(Number);
  const values = Int32Array.from(
    { length: 65536 },
    (_, i) => raw[twosComplement(i >> 8) * 256 + twosComplement(i & 255)]!,
  );
  tables.push({ name: 'mul8s_acc', type: 'int8', values });
  return tables;
}

/** Rows and columns rearranged: entry (i, j) of the result is entry (row(i), column(j)) of the table. */
export function rearrange(
  values: Int32Array,
  row: (i: number) => number,
  column: (j: number) => number,
): Int32Array {
  return values.map((_, at) => values[row(at >> 8) * 256 + column(at & 255)]!);
}

export function transpose(values: Int32Array): Int32Array {
  return values.map((_, at) => values[(at & 255) * 256 + (at >> 8)]!);
}

/** The table as a text of 256 lines. */
export function toText(values: ArrayLike<number>, separator = ' '): string {
  return rowsOf(values)
    .map((row) => `${row.join(separator)}\n`)
    .join('');
}

export function rowsOf(values: ArrayLike<number>): number[][] {
  return Array.from({ length: 256 }, (_, i) => Array.from({ length: 256 }, (_, j) => values[i * 256 + j]!));
}

export function tableOf(product: (a: number, w: number) => number, a0: number, w0: number): Int32Array {
  return Int32Array.from({ length: 65536 }, (_, i) => product((i >> 8) + a0, (i & 255) + w0));
}
