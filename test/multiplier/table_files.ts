/** The numbers of a table, row after row, as files of every format hold them; shares no code with src/. */

const rowsOf = (values: ArrayLike<number>, size: number): number[][] =>
  Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => values[i * size + j]!));

export function textFile(values: ArrayLike<number>, size: number, separator = ' '): Buffer {
  return Buffer.from(
    rowsOf(values, size)
      .map((row) => `${row.join(separator)}\n`)
      .join(''),
  );
}

/** With a header row and an index column. */
export function labelledCsv(
  values: ArrayLike<number>,
  rows: ArrayLike<number>,
  columns: ArrayLike<number>,
): Buffer {
  const body = rowsOf(values, rows.length).map((row, i) => `${[rows[i], ...row].join(',')}\n`);
  return Buffer.from(`a\\w,${Array.from(columns).join(',')}\n${body.join('')}`);
}

/** A line `row column value` for each entry, in the order of the positions `at`. */
export function triplesFile(
  values: ArrayLike<number>,
  rows: ArrayLike<number>,
  columns: ArrayLike<number>,
  order: readonly number[] = Array.from({ length: values.length }, (_, i) => i),
): Buffer {
  const size = rows.length;
  const line = (at: number) => `${rows[Math.floor(at / size)]} ${columns[at % size]} ${values[at]}\n`;
  return Buffer.from(order.map(line).join(''));
}

export function rawFile(values: ArrayLike<number>, bytes: 2 | 4): Buffer {
  const file = Buffer.alloc(values.length * bytes);
  for (let i = 0; i < values.length; i++) {
    if (bytes === 2) file.writeUInt16LE(values[i]! & 0xffff, 2 * i);
    else file.writeInt32LE(values[i]!, 4 * i);
  }
  return file;
}

export function cFile(values: ArrayLike<number>, size: number, type: string): Buffer {
  const rows = rowsOf(values, size).map((row) => `  {${row.join(', ')}}`);
  return Buffer.from(
    `#ifndef LUT_H\n#define LUT_H\n#include <stdint.h>\n\n// products\nstatic const ${type} lut[${size}][${size}] = {\n${rows.join(',\n')}\n};\n#endif\n`,
  );
}

const NPY_BYTES: Readonly<Record<string, number>> = { '<u2': 2, '>u2': 2, '<i2': 2, '<i4': 4, '<f4': 4 };

/** @param descr as NumPy writes it, one of '<u2', '>u2', '<i2', '<i4', '<f4' */
export function npyFile(values: ArrayLike<number>, shape: readonly number[], descr: string): Buffer {
  const size = NPY_BYTES[descr]!;
  const data = Buffer.alloc(values.length * size);
  for (let i = 0; i < values.length; i++) {
    const at = i * size;
    if (descr === '<f4') data.writeFloatLE(values[i]!, at);
    else if (size === 4) data.writeInt32LE(values[i]!, at);
    else if (descr === '>u2') data.writeUInt16BE(values[i]! & 0xffff, at);
    else data.writeUInt16LE(values[i]! & 0xffff, at);
  }
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }\n`;
  const prefix = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length & 255, header.length >> 8]);
  return Buffer.concat([prefix, Buffer.from(header), data]);
}
