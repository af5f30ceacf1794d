/** A matrix of integers, row-major. No entry is −0. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** float64 [rows, columns] */
  readonly values: Float64Array;
}

export function rowOf({ columns, values }: Matrix, row: number): Float64Array {
  return values.subarray(row * columns, (row + 1) * columns);
}

export function transpose({ rows, columns, values }: Matrix): Matrix {
  const transposed = new Float64Array(values.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) transposed[j * rows + i] = values[i * columns + j]!;
  }
  return { rows: columns, columns: rows, values: transposed };
}

/** The indices of equal rows together; groups and their members in ascending order. */
export function groupEqualRows(matrix: Matrix): number[][] {
  const groups = new Map<string, number[]>();
  for (let row = 0; row < matrix.rows; row++) {
    // The bytes as a string, which a Map compares by content.
    const { buffer, byteOffset, byteLength } = rowOf(matrix, row);
    const key = Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups.values()];
}

/** The rows that are neither 0 nor ± an earlier row, each with its first entry other than 0 made positive. */
export function distinctRowsUpToSign({ rows, columns, values }: Matrix): Matrix {
  const signed: Matrix = { rows, columns, values: values.slice() };
  for (let i = 0; i < rows; i++) {
    const row = rowOf(signed, i);
    if (row[row.findIndex((x) => x !== 0)]! < 0) for (let j = 0; j < columns; j++) row[j] = 0 - row[j]!;
  }
  const kept = groupEqualRows(signed).flatMap(([first]) => {
    const row = rowOf(signed, first!);
    return row.some((x) => x !== 0) ? [row] : [];
  });
  const distinct = new Float64Array(kept.length * columns);
  kept.forEach((row, i) => {
    distinct.set(row, i * columns);
  });
  return { rows: kept.length, columns, values: distinct };
}
