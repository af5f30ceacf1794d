import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { tabulate } from '../../../src/multiplier/create.js';
import { interpretTable } from '../../../src/multiplier/load.js';
import { OPERAND_PAIRS, operandTypes } from '../../../src/multiplier/operand_pair.js';
import { axisOrders } from '../../../src/multiplier/reading/axis_order.js';
import { correlate } from '../../../src/multiplier/reading/correlation.js';
import { Random } from '../../../src/util/random.js';
import { userError } from '../../support/errors.js';
import { laidOut, layoutsOf } from '../layouts.js';

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Cosine of two lists of numbers, 0 where one has no length. */
function cosine(x: readonly number[], y: readonly number[]): number {
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, v, i) => sum + v * b[i]!, 0);
  const length = Math.sqrt(dot(x, x) * dot(y, y));
  return length === 0 ? 0 : dot(x, y) / length;
}

const lessMean = (values: readonly number[]): number[] => values.map((value) => value - mean(values));

/** The numbers of a matrix less the means of their row and of their column. */
function lessMargins(values: readonly number[], width: number): number[] {
  const row = (at: number) => values.filter((_, i) => Math.floor(i / width) === Math.floor(at / width));
  const column = (at: number) => values.filter((_, i) => i % width === at % width);
  return values.map((value, at) => value - mean(row(at)) - mean(column(at)) + mean(values));
}

describe('similarity to the exact product', () => {
  test('is the least of cosine, correlation, and correlation less the means of rows and columns', () => {
    const random = new Random(3);
    for (const bits of [2, 3]) {
      const size = 2 ** bits;
      for (const height of [size, size / 2]) {
        const orders = axisOrders(bits);
        const rows = orders.map((order) => ({ ...order, operands: order.operands.subarray(0, height) }));
        for (const spread of [10, 2 ** 31]) {
          const values = Int32Array.from(
            { length: size * height },
            () => random.integer(spread) - spread / 3,
          );
          for (const { row, column, correlation } of correlate(
            { format: 'text', bits, values },
            rows,
            orders,
          )) {
            const exact = [...row.operands].flatMap((a) => [...column.operands].map((w) => a * w));
            const table = [...values];
            const expected = Math.min(
              cosine(table, exact),
              cosine(lessMean(table), lessMean(exact)),
              cosine(lessMargins(table, size), lessMargins(exact, size)),
            );
            assert.ok(Math.abs(correlation - expected) < 1e-9, `${correlation}, expected ${expected}`);
          }
        }
      }
    }
  });

  test('of an exact table is 1, and 0.7 at most in a wrong order, 0.5 for 8 bits', () => {
    for (let bits = 2; bits <= 8; bits++) {
      for (const pair of OPERAND_PAIRS) {
        const { activation, weight } = operandTypes(pair);
        const multiplier = tabulate('exact', activation, weight, bits, (a, w) => a * w);
        for (const layout of layoutsOf(multiplier)) {
          const values = laidOut(multiplier, layout);
          const orders = axisOrders(bits);
          const unsigned = values.map((value) => value & 0xffff);
          const [best, ...others] = [values, ...(values.some((value) => value < 0) ? [unsigned] : [])]
            .flatMap((numbers) => correlate({ format: 'i16', bits, values: numbers }, orders, orders))
            .map(({ correlation }) => correlation)
            .sort((a, b) => b - a);
          assert.ok(Math.abs(best! - 1) < 1e-12);
          assert.ok(others[0]! < (bits === 8 ? 0.5 : 0.7), `${pair}, ${bits} bits: ${others[0]}`);
        }
      }
    }
  });

  const noProducts: Record<string, (a: number, w: number) => number> = {
    'a + w': (a, w) => a + w,
    '3a + w²': (a, w) => 3 * a + w * w,
    a: (a) => a,
    'w²': (_, w) => w * w,
    'the largest constant': () => 2147483647,
    'a constant': () => -1234567,
    0: () => 0,
    'a xor w': (a, w) => a ^ w,
    'a or w': (a, w) => a | w,
  };
  for (const [name, product] of Object.entries(noProducts)) {
    test(`${name} passes for no product`, () => {
      for (const pair of OPERAND_PAIRS) {
        const { activation, weight } = operandTypes(pair);
        for (let bits = 2; bits <= 8; bits++) {
          const { table: values } = tabulate('x', activation, weight, bits, product);
          assert.throws(
            () => interpretTable([{ format: 'npy', bits, values }], 'lut.npy'),
            userError(/cannot tell the operand types: the table is no clear product/),
            `${pair} ${bits}`,
          );
        }
      }
    });
  }
});
