/**
 * Rank over the rational numbers by fraction-free elimination (Bareiss 1968) in BigInt: plain, exact and slow.
 * @param rows integers
 */
export function bareissRank(rows: readonly ArrayLike<number>[]): number {
  const matrix = rows.map((row) => Array.from(row, BigInt));
  const columns = matrix[0]?.length ?? 0;
  let rank = 0;
  let previous = 1n;
  for (let column = 0; column < columns && rank < matrix.length; column++) {
    const found = matrix.findIndex((row, i) => i >= rank && row[column] !== 0n);
    if (found < 0) continue;
    [matrix[rank], matrix[found]] = [matrix[found]!, matrix[rank]!];
    const pivot = matrix[rank]!;
    for (const row of matrix.slice(rank + 1)) {
      for (let j = columns - 1; j >= column; j--)
        row[j] = (row[j]! * pivot[column]! - row[column]! * pivot[j]!) / previous;
    }
    previous = pivot[column]!;
    rank++;
  }
  return rank;
}

const MERSENNE = (1n << 521n) - 1n;

/** Rank modulo the prime 2^521 − 1: no proof, but another way to the same number, and faster where ranks are high. */
export function mersenneRank(rows: readonly ArrayLike<number>[]): number {
  const matrix = rows.map((row) => Array.from(row, BigInt));
  const columns = matrix[0]?.length ?? 0;
  let rank = 0;
  for (let column = 0; column < columns && rank < matrix.length; column++) {
    const found = matrix.findIndex((row, i) => i >= rank && row[column] !== 0n);
    if (found < 0) continue;
    [matrix[rank], matrix[found]] = [matrix[found]!, matrix[rank]!];
    const pivot = matrix[rank]!;
    const reciprocal = inverse(pivot[column]!);
    for (const row of matrix.slice(rank + 1)) {
      if (row[column] === 0n) continue;
      const factor = (row[column]! * reciprocal) % MERSENNE;
      for (let j = column; j < columns; j++) row[j] = (row[j]! - factor * pivot[j]!) % MERSENNE;
    }
    rank++;
  }
  return rank;
}

function inverse(x: bigint): bigint {
  let [r0, r1, t0, t1] = [MERSENNE, x, 0n, 1n];
  while (r1 !== 0n) {
    const quotient = r0 / r1;
    [r0, r1] = [r1, r0 - quotient * r1];
    [t0, t1] = [t1, t0 - quotient * t1];
  }
  return r0 * t0;
}
