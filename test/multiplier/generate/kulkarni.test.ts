import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { kulkarni } from '../../../src/multiplier/generate/kulkarni.js';
import { Random } from '../../../src/util/random.js';
import { assertFamily, type Model, UNSIGNED } from './family_tables.js';

/** The block of 2 × 2 bits as its Karnaugh map: rows and columns are the operands. */
const BLOCK = [
  [0b000, 0b000, 0b000, 0b000],
  [0b000, 0b001, 0b010, 0b011],
  [0b000, 0b010, 0b100, 0b110],
  [0b000, 0b011, 0b110, 0b111],
];

/** Four multipliers of half the width, down to the block. */
function recursive(a: number, w: number, width: number): number {
  if (width === 2) return BLOCK[a]![w]!;
  const half = 2 ** (width / 2);
  const [highA, lowA] = [Math.floor(a / half), a % half];
  const [highW, lowW] = [Math.floor(w / half), w % half];
  const product = (x: number, y: number) => recursive(x, y, width / 2);
  return (
    product(highA, highW) * half * half +
    (product(highA, lowW) + product(lowA, highW)) * half +
    product(lowA, lowW)
  );
}

const halves: Model = (_, bits) => {
  const padded = [2, 4, 8].find((width) => width >= bits)!;
  return (a, w) => recursive(a, w, padded);
};

test('Kulkarni: recursion down to the block, operands padded with zeros', () => {
  assertFamily(kulkarni, () => [{}], halves);
});

describe('Kulkarni: error probability, mean and largest relative error as the paper tabulates them', () => {
  // Two decimals, of which some were cut off instead of rounded.
  const near = (value: number, printed: number) =>
    assert.ok(Math.abs(value - printed) < 0.01, `${value}, printed as ${printed}`);

  const errorsOver = (bits: number, pairs: Iterable<[number, number]>) => {
    const product = kulkarni.product({}, bits, UNSIGNED);
    let count = 0;
    let wrong = 0;
    let relative = 0;
    let largest = 0;
    for (const [a, w] of pairs) {
      count++;
      const error = a * w - product(a, w);
      if (error === 0) continue;
      wrong++;
      relative += error / (a * w);
      largest = Math.max(largest, error / (a * w));
    }
    return { probability: wrong / count, mean: (100 * relative) / count, largest };
  };

  function* allPairs(bits: number): Generator<[number, number]> {
    for (let a = 0; a < 2 ** bits; a++) for (let w = 0; w < 2 ** bits; w++) yield [a, w];
  }

  const exhaustive: [bits: number, probability: number, mean: number][] = [
    [2, 0.0625, 1.39],
    [4, 0.19, 2.6],
    [8, 0.46, 3.25],
  ];
  for (const [bits, probability, mean] of exhaustive) {
    test(`${bits} bits`, () => {
      const errors = errorsOver(bits, allPairs(bits));
      near(errors.probability, probability);
      near(errors.mean, mean);
      assert.equal(errors.largest, 2 / 9);
    });
  }

  test('16 bits, a sample', () => {
    function* sample(): Generator<[number, number]> {
      const random = new Random(1);
      for (let n = 0; n < 500_000; n++) yield [random.integer(65536), random.integer(65536)];
    }
    const errors = errorsOver(16, sample());
    near(errors.probability, 0.81);
    near(errors.mean, 3.32);
    assert.ok(errors.largest <= 2 / 9);
  });
});
