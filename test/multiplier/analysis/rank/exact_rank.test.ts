import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Matrix } from '../../../../src/multiplier/analysis/matrix.js';
import { exactRank } from '../../../../src/multiplier/analysis/rank/exact_rank.js';
import { primes } from '../../../../src/multiplier/analysis/rank/residues.js';
import { tableRanks } from '../../../../src/multiplier/analysis/table_ranks.js';
import { createMultiplier, exactMultiplier } from '../../../../src/multiplier/create.js';
import { Random } from '../../../../src/util/random.js';
import { needs } from '../../../support/shared.js';
import { lutsFolder, realTables, rowsOf } from '../../tables.js';
import { bareissRank, mersenneRank } from './bareiss.js';

type Rows = number[][];

function matrixOf(rows: Rows): Matrix {
  return { rows: rows.length, columns: rows[0]?.length ?? 0, values: Float64Array.from(rows.flat()) };
}

function rankOf(rows: Rows): number {
  return exactRank(matrixOf(rows)).rank;
}

/** Entries −most … most. */
function randomRows(random: Random, rows: number, columns: number, most: number): Rows {
  const entry = () => random.integer(2 * most + 1) - most;
  return Array.from({ length: rows }, () => Array.from({ length: columns }, entry));
}

function product(a: Rows, b: Rows): Rows {
  return a.map((row) => b[0]!.map((_, j) => row.reduce((sum, x, k) => sum + x * b[k]![j]!, 0)));
}

/** The rows, each with small multiples of others added: same rank, same determinant up to the sign, in random order. */
function mixed(random: Random, rows: Rows): Rows {
  const result = rows.map((row) => [...row]);
  for (const [i, row] of result.entries()) {
    const other = result[random.integer(result.length)]!;
    const factor = random.integer(3) - 1;
    if (other !== result[i])
      other.forEach((x, j) => {
        row[j]! += factor * x;
      });
  }
  return random.shuffle(result);
}

function transposed(rows: Rows): Rows {
  return rows[0]!.map((_, j) => rows.map((row) => row[j]!));
}

function diagonal(entries: readonly number[]): Rows {
  return entries.map((x, i) => entries.map((_, j) => (i === j ? x : 0)));
}

/** The primes that the code under test tries first. */
function firstPrimes(count: number): number[] {
  const sequence = primes();
  return Array.from({ length: count }, () => sequence.next().value);
}

describe('exact rank', () => {
  test('of small matrices', () => {
    const cases: [Rows, number][] = [
      [[[0]], 0],
      [
        [
          [0, 0, 0],
          [0, 0, 0],
        ],
        0,
      ],
      [[[-7]], 1],
      [[[1, 2, 3]], 1],
      [[[1], [0], [5]], 1],
      [
        [
          [1, 2],
          [2, 4],
        ],
        1,
      ],
      [
        [
          [1, 2],
          [-1, -2],
          [2, 1],
        ],
        2,
      ],
      [
        [
          [0, 0, 1],
          [0, 2, 0],
          [3, 0, 0],
        ],
        3,
      ],
      [
        [
          [1, 2, 3],
          [4, 5, 6],
          [7, 8, 9],
        ],
        2,
      ],
      [
        [
          [2 ** 31 - 1, -(2 ** 31)],
          [-(2 ** 31), 2 ** 31 - 1],
        ],
        2,
      ],
      [
        [
          [-(2 ** 31), -(2 ** 31)],
          [-(2 ** 31), -(2 ** 31)],
        ],
        1,
      ],
    ];
    for (const [rows, expected] of cases) assert.equal(rankOf(rows), expected, JSON.stringify(rows));
    assert.equal(exactRank({ rows: 0, columns: 0, values: new Float64Array() }).rank, 0);
  });

  test('of random products of factors, against the plain reference', () => {
    const random = new Random(1);
    const proofs = new Set<string>();
    for (let i = 0; i < 300; i++) {
      const rows = 1 + random.integer(24);
      const columns = 1 + random.integer(24);
      const inner = 1 + random.integer(Math.min(rows, columns) + 2);
      // The last ones give entries up to the limits of int32.
      const most = [1, 3, 100, Math.floor(Math.sqrt((2 ** 31 - 1) / inner))][random.integer(4)]!;
      const matrix = product(randomRows(random, rows, inner, most), randomRows(random, inner, columns, most));
      const expected = bareissRank(matrix);
      assert.ok(expected <= Math.min(rows, columns, inner));
      const found = exactRank(matrixOf(matrix));
      assert.equal(found.rank, expected, JSON.stringify(matrix));
      assert.equal(rankOf(transposed(matrix)), expected);
      proofs.add(found.proof);
    }
    assert.deepEqual([...proofs].sort(), ['combinations', 'full', 'minors', 'zero']);
  });

  test('of sparse and repetitive matrices', () => {
    const random = new Random(2);
    for (let i = 0; i < 300; i++) {
      const size = 1 + random.integer(20);
      const matrix = randomRows(random, size, size, 1).map((row) =>
        row.map((x) => (random.integer(3) > 0 ? 0 : x)),
      );
      for (const row of matrix)
        if (random.integer(4) === 0) matrix[random.integer(size)] = row.map((x) => 0 - x);
      assert.equal(rankOf(matrix), bareissRank(matrix), JSON.stringify(matrix));
    }
  });

  test('where determinants are divisible by the first primes', () => {
    const random = new Random(3);
    const [p, q, s] = firstPrimes(3) as [number, number, number];
    for (let i = 0; i < 40; i++) {
      const zeros = Array<number>(random.integer(3)).fill(0);
      for (const special of [[p], [p, p], [p, q], [p, q, s], [p, 2 * p, 3 * p], [p * q], [q, s]]) {
        const entries = [...special, ...zeros, 1, 2, 3, 5].slice(random.integer(2));
        const matrix = mixed(random, transposed(mixed(random, diagonal(entries))));
        const { rank, primes: tried } = exactRank(matrixOf(matrix));
        assert.equal(rank, entries.filter((x) => x !== 0).length, JSON.stringify(matrix));
        // The trap was one.
        if (zeros.length === 0 && entries.includes(p)) assert.ok(tried > 1, JSON.stringify(matrix));
      }
    }
  });

  test('where rows depend on each other modulo the first primes only', () => {
    const random = new Random(4);
    const [p, q] = firstPrimes(2) as [number, number];
    for (const trap of [p, q, 2 * p, p * q]) {
      for (let i = 0; i < 30; i++) {
        const base = randomRows(random, 6, 9, 20);
        const dependent = base[0]!.map((x, j) => x + 2 * base[1]![j]! - base[2]![j]!);
        const at = random.integer(9);
        const nearly = dependent.with(at, dependent[at]! + trap);
        assert.equal(rankOf([...base, dependent]), bareissRank(base));
        assert.equal(rankOf([...base, nearly]), bareissRank([...base, nearly]));
        assert.equal(rankOf(transposed([nearly, ...base])), bareissRank([...base, nearly]));
      }
    }
  });

  test('where every entry is a multiple of the first primes', () => {
    const random = new Random(5);
    const [p, q] = firstPrimes(2) as [number, number];
    for (const [factor, most] of [
      [p, 127],
      [p, 1],
      [p * q, 20],
    ] as const) {
      const matrix = product(randomRows(random, 12, 5, 1), randomRows(random, 5, 15, most));
      const scaled = matrix.map((row) => row.map((x) => x * factor));
      assert.equal(rankOf(scaled), bareissRank(matrix));
    }
  });

  test('where no small combination is to be found, the bound of the minors decides', () => {
    const random = new Random(6);
    for (const inner of [30, 39]) {
      const matrix = product(randomRows(random, 40, inner, 200), randomRows(random, inner, 40, 200));
      const { rank, proof } = exactRank(matrixOf(matrix));
      assert.equal(rank, inner);
      assert.equal(rank, mersenneRank(matrix));
      assert.equal(proof, 'minors');
    }
  });

  test('of full-sized matrices', () => {
    const random = new Random(7);
    const most = 2 ** 31 - 1;
    const full = randomRows(random, 256, 256, most);
    assert.deepEqual(exactRank(matrixOf(full)), { rank: 256, proof: 'full', primes: 1 });
    // A row that is a combination of others, with large coefficients.
    const small = randomRows(random, 255, 256, 100);
    const deficient = [...small, small[0]!.map((x, j) => 1999 * x - 777 * small[100]![j]! + small[254]![j]!)];
    assert.deepEqual(exactRank(matrixOf(deficient)), { rank: 255, proof: 'combinations', primes: 1 });
    const low = product(randomRows(random, 256, 20, 10_000), randomRows(random, 20, 256, 5000));
    assert.equal(rankOf(low), 20);
    assert.equal(bareissRank(low), 20);
    assert.throws(() => exactRank(matrixOf(randomRows(random, 257, 257, 9))), RangeError);
  });
});

describe('ranks of tables', () => {
  test('of exact multipliers', () => {
    for (const [activation, weight, bits] of [
      ['int8', 'int8', 8],
      ['uint8', 'uint8', 8],
      ['uint8', 'int8', 4],
    ] as const) {
      const { table, error } = tableRanks(exactMultiplier(activation, weight, bits));
      assert.equal(table.rank, 1);
      assert.deepEqual(error, { rank: 0, proof: 'zero', primes: 0 });
    }
  });

  test('of the real ones, against the references', needs(lutsFolder), () => {
    const slow = new Set(['mul8u_12N4', 'mul8u_185Q', 'mul8u_19DB', 'mul8u_DM1']);
    let compared = 0;
    for (const { name, type, values } of realTables()) {
      const { table, error } = tableRanks(createMultiplier(name, type, type, 8, values));
      const first = type === 'int8' ? -128 : 0;
      const rows = rowsOf(values);
      const errors = rows.map((row, i) => row.map((x, j) => x - (i + first) * (j + first)));
      const reference = slow.has(name) ? mersenneRank : bareissRank;
      assert.equal(table.rank, reference(rows), name);
      assert.equal(error.rank, reference(errors), name);
      compared++;
    }
    assert.equal(compared, 23);
  });
});
