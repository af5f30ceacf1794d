import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createMultiplier, exactMultiplier } from '../../../src/multiplier/create.js';
import { defaultWindow, difference } from '../../../src/multiplier/gradient/difference.js';
import { type GradientTables, gradientTables } from '../../../src/multiplier/gradient/gradient_tables.js';
import { lre, ste } from '../../../src/multiplier/gradient/linear.js';
import { loadGradientTables, readGradientTable } from '../../../src/multiplier/gradient/load.js';
import { firstOperand, type Multiplier, type OperandType } from '../../../src/multiplier/multiplier.js';
import { Random } from '../../../src/util/random.js';
import { userError } from '../../support/errors.js';
import { fc } from '../../support/property.js';

const TYPES: readonly OperandType[] = ['int8', 'uint8'];

function randomMultiplier(activation: OperandType, weight: OperandType, bits: number, seed: number) {
  const random = new Random(seed);
  const table = Int32Array.from({ length: 4 ** bits }, () => random.integer(2 ** 20) - 2 ** 19);
  return createMultiplier('random', activation, weight, bits, table);
}

const multipliers = fc
  .tuple(fc.constantFrom(...TYPES), fc.constantFrom(...TYPES), fc.integer({ min: 2, max: 8 }), fc.nat())
  .map((args) => randomMultiplier(...args));

/** Operand of each engine index that the multiplier has. */
function operandsOf(type: OperandType, bits: number): { operand: number; index: number }[] {
  return Array.from({ length: 2 ** bits }, (_, i) => {
    const operand = firstOperand(type, bits) + i;
    return { operand, index: operand - firstOperand(type, 8) };
  });
}

const product = ({ table, bits, activation, weight }: Multiplier, a: number, w: number) =>
  table[(a - firstOperand(activation, bits)) * 2 ** bits + w - firstOperand(weight, bits)]!;

/** The expected vector; indices that are no operands hold 0. */
function vector(type: OperandType, bits: number, value: (operand: number) => number): Float32Array {
  const result = new Float32Array(256);
  for (const { operand, index } of operandsOf(type, bits)) result[index] = value(operand);
  return result;
}

test('ste holds the operands', () => {
  for (const activation of TYPES) {
    for (const weight of TYPES) {
      const { activation: byA, weight: byW } = ste(exactMultiplier(activation, weight, 5));
      assert.deepEqual(
        byA,
        vector(weight, 5, (w) => w),
      );
      assert.deepEqual(
        byW,
        vector(activation, 5, (a) => a),
      );
    }
  }
});

describe('lre', () => {
  /** The slope that minimises Σ (y − slope·x − offset)², from the normal equations of raw sums in exact integers. */
  function leastSquares(points: readonly (readonly [number, number])[]): number {
    let [n, x, y, xx, xy] = [0n, 0n, 0n, 0n, 0n];
    for (const [px, py] of points) {
      const [bx, by] = [BigInt(px), BigInt(py)];
      n += 1n;
      x += bx;
      y += by;
      xx += bx * bx;
      xy += bx * by;
    }
    return Number(n * xy - x * y) / Number(n * xx - x * x);
  }

  test('equals the normal equations', () => {
    fc.assert(
      fc.property(multipliers, (m) => {
        const { activation, weight } = lre(m);
        const as = operandsOf(m.activation, m.bits).map(({ operand }) => operand);
        const ws = operandsOf(m.weight, m.bits).map(({ operand }) => operand);
        const byA = vector(m.weight, m.bits, (w) => leastSquares(as.map((a) => [a, product(m, a, w)])));
        const byW = vector(m.activation, m.bits, (a) => leastSquares(ws.map((w) => [w, product(m, a, w)])));
        assert.deepEqual(activation, byA);
        assert.deepEqual(weight, byW);
      }),
      { numRuns: 40 },
    );
  });

  test('equals ste for exact products', () => {
    const m = exactMultiplier('uint8', 'int8');
    assert.deepEqual(lre(m), ste(m));
  });
});

/** Column or row `values` by the letter of numerics.md §4. */
function naiveDifference(values: readonly number[], h: number): number[] {
  const n = values.length;
  const s = values.map((value, i) => {
    if (i < h || n - 1 - i < h) return value;
    let sum = 0;
    for (let j = i - h; j <= i + h; j++) sum += values[j]!;
    return sum / (2 * h + 1);
  });
  return s.map((_, i) =>
    i > h && i < n - 1 - h ? (s[i + 1]! - s[i - 1]!) / 2 : (s[n - 1]! - s[0]!) / (n - 1),
  );
}

function naiveTables(m: Multiplier, h: number): GradientTables {
  const as = operandsOf(m.activation, m.bits);
  const ws = operandsOf(m.weight, m.bits);
  const tables = { activation: new Float32Array(65536), weight: new Float32Array(65536) };
  for (const w of ws) {
    const column = naiveDifference(
      as.map((a) => product(m, a.operand, w.operand)),
      h,
    );
    as.forEach((a, i) => {
      tables.activation[a.index * 256 + w.index] = column[i]!;
    });
  }
  for (const a of as) {
    const row = naiveDifference(
      ws.map((w) => product(m, a.operand, w.operand)),
      h,
    );
    ws.forEach((w, i) => {
      tables.weight[a.index * 256 + w.index] = row[i]!;
    });
  }
  return tables;
}

describe('difference', () => {
  test('equals the naive tables', () => {
    fc.assert(
      fc.property(
        multipliers.filter(({ bits }) => bits > 2),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (m, part) => {
          const h = Math.floor(part * (2 ** m.bits / 2 - 2));
          assert.deepEqual(difference(m, h), naiveTables(m, h));
        },
      ),
      { numRuns: 40 },
    );
  });

  test('has a window of 32 for 8 bits, in proportion for fewer', () => {
    assert.deepEqual([8, 7, 6, 5, 4, 3, 2].map(defaultWindow), [32, 16, 8, 4, 2, 1, 0]);
    const m = randomMultiplier('int8', 'uint8', 8, 5);
    assert.deepEqual(difference(m), naiveTables(m, 32));
    for (let bits = 2; bits <= 8; bits++)
      assert.doesNotThrow(() => difference(exactMultiplier('int8', 'int8', bits)));
  });

  test('equals ste for exact products, as vectors', () => {
    const m = exactMultiplier('int8', 'uint8', 6);
    assert.deepEqual(difference(m), ste(m));
  });

  test('a window that leaves nothing is refused', () => {
    const m = exactMultiplier('int8', 'int8');
    assert.doesNotThrow(() => difference(m, 126));
    for (const window of [127, -1, 1.5, Number.NaN]) {
      assert.throws(() => difference(m, window), userError(/window .* expected an integer from 0 to 126/));
    }
  });
});

test('a table that depends on one operand alone becomes a vector, any other stays', () => {
  const m = exactMultiplier('int8', 'uint8', 4);
  const byColumn = Float32Array.from({ length: 256 }, (_, at) => (at % 16) + 0.5);
  const byRow = Float32Array.from({ length: 256 }, (_, at) => Math.floor(at / 16) - 0.25);
  const { activation, weight } = gradientTables(byColumn, byRow, m);
  assert.deepEqual(
    activation,
    vector('uint8', 4, (w) => w + 0.5),
  );
  assert.deepEqual(
    weight,
    vector('int8', 4, (a) => a + 8 - 0.25),
  );
  const crossed = gradientTables(byRow, byColumn, m);
  assert.equal(crossed.activation.length, 65536);
  assert.equal(crossed.weight.length, 65536);
  assert.equal(crossed.activation[(128 - 8 + 3) * 256 + 7], 3 - 0.25);
  assert.equal(crossed.weight[(128 - 8 + 3) * 256 + 7], 7.5);
  assert.equal(gradientTables(byColumn.with(255, 0), byRow, m).activation.length, 65536);
});

describe('gradient table files', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gradient-'));
  });
  after(() => rm(folder, { recursive: true }));

  /** The vectors as full tables in text. */
  function asTexts({ activation, weight }: GradientTables, separator: string) {
    const text = (value: (a: number, w: number) => number) =>
      Array.from({ length: 256 }, (_, a) =>
        Array.from({ length: 256 }, (_, w) => value(a, w)).join(separator),
      ).join('\n');
    return { a: text((_, w) => activation[w]!), w: text((a) => weight[a]!) };
  }

  test('the tables of lre give what lre gives, bit for bit', async () => {
    const m = randomMultiplier('int8', 'uint8', 8, 9);
    const [a, w] = [join(folder, 'a.txt'), join(folder, 'w.txt')];
    const texts = asTexts(lre(m), ', ');
    await writeFile(a, `# slopes\n${texts.a}`);
    await writeFile(w, `${texts.w}\n`);
    assert.deepEqual(await loadGradientTables(m, a, w), lre(m));
  });

  const read = (text: string) =>
    readGradientTable(Buffer.from(text), { activation: 'int8', weight: 'uint8', bits: 2 }, 'dA.txt');
  const rows = ['1 -2.5 3e2 +4.', '.5\t6;7,8', '9 10 | 11 12 # a comment', '13 14 15 1E-3'];

  test('reads all ways to write a number', () => {
    const values = [1, -2.5, 300, 4, 0.5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0.001];
    assert.deepEqual(read(rows.join('\r\n')), Float32Array.from(values));
    assert.deepEqual(read(rows.map((row) => row.replace(/#.*/, '')).join(' ')), Float32Array.from(values));
  });

  const broken: [string, string, RegExp][] = [
    ['a word', rows.with(2, '9 ten 11 12').join('\n'), /^dA\.txt:3: expected a number, got 'ten'$/],
    ['NaN', rows.with(1, '5 NaN 7 8').join('\n'), /^dA\.txt:2: expected a number, got 'NaN'/],
    ['an infinity', rows.with(1, '5 Infinity 7 8').join('\n'), /^dA\.txt:2: expected a number/],
    ['more than float32', rows.with(3, '13 4e38 15 16').join('\n'), /^dA\.txt:4: '4e38' is too large/],
    ['hexadecimal', rows.with(0, '0x1 2 3 4').join('\n'), /^dA\.txt:1: expected a number/],
    ['a long token', rows.with(0, 'y'.repeat(1e5)).join('\n'), /^dA\.txt:1: .{1,60}$/],
    ['binary data', '\0\0\0\x1b[31m', /^dA\.txt:1: expected a number, got binary data/],
    [
      'a missing number',
      rows.with(1, '5 6 7').join('\n'),
      /15 numbers, expected 16 \(4 × 4\); line 2 holds 3 of 4$/,
    ],
    ['too many', rows.with(3, '13 14 15 16 17').join('\n'), /17 numbers, expected 16 .*line 4 holds 5 of 4$/],
    ['nothing', '# no numbers', /^dA\.txt: the file holds no numbers/],
    ['another width', '0 '.repeat(64), /^dA\.txt: 8 × 8 numbers, expected 4 × 4 for .* 2-bit operands$/],
    [
      'labels of another type',
      'x/y 0 1 2 3\n0 1 2 3 4\n1 5 6 7 8\n2 1 2 3 4\n3 5 6 7 8',
      /labels .*2-bit int8/,
    ],
  ];
  for (const [name, text, pattern] of broken) {
    test(`${name} is refused`, () => {
      assert.throws(() => read(text), userError(pattern));
    });
  }

  test('a missing file is refused by name', async () => {
    const m = exactMultiplier('int8', 'int8');
    await assert.rejects(loadGradientTables(m, join(folder, 'none.txt'), ''), userError(/none\.txt/));
  });
});
