import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Random } from '../../src/util/random.js';

/** xoshiro128** in BigInt arithmetic, from its authors' description. */
function reference(state: bigint[], count: number): number[] {
  const mask = 0xffffffffn;
  const rotate = (x: bigint, k: bigint) => ((x << k) | (x >> (32n - k))) & mask;
  const s = [...state];
  return Array.from({ length: count }, () => {
    const result = (rotate((s[1]! * 5n) & mask, 7n) * 9n) & mask;
    const t = (s[1]! << 9n) & mask;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= t;
    s[3] = rotate(s[3]!, 11n);
    return Number(result);
  });
}

describe('Random', () => {
  test('the reference in BigInt gives the published first outputs of xoshiro128**', () => {
    // State 1, 2, 3, 4; the values follow from the definition by hand: rotl(2·5, 7)·9 = 11520, then 0.
    assert.deepEqual(reference([1n, 2n, 3n, 4n], 2), [11520, 0]);
  });

  test('the stream is pinned', () => {
    const random = new Random(1);
    assert.deepEqual(
      Array.from({ length: 4 }, () => random.uint32()),
      [2545920200, 907781688, 4053939356, 2627030639],
    );
  });

  test('seeds and streams differ, and equal ones agree', () => {
    const first = (seed: number, stream?: number) => new Random(seed, stream).uint32();
    const seen = new Set<number>();
    for (const seed of [0, 1, -1, 2 ** 32, 2 ** 40 + 1])
      for (const stream of [0, 1, 2, 7]) seen.add(first(seed, stream));
    assert.equal(seen.size, 20);
    assert.equal(first(5, 6), first(5, 6));
  });

  test('uniform, integer and normal have their distributions', () => {
    const random = new Random(3);
    const n = 100_000;
    let sum = 0;
    let normalSum = 0;
    let normalSquares = 0;
    const histogram = new Array<number>(7).fill(0);
    for (let i = 0; i < n; i++) {
      const u = random.uniform();
      assert.ok(u >= 0 && u < 1);
      sum += u;
      histogram[random.integer(7)]!++;
      const x = random.normal();
      normalSum += x;
      normalSquares += x * x;
    }
    // Five standard errors each.
    assert.ok(Math.abs(sum / n - 0.5) < 5 * Math.sqrt(1 / 12 / n));
    assert.ok(Math.abs(normalSum / n) < 5 / Math.sqrt(n));
    assert.ok(Math.abs(normalSquares / n - 1) < 5 * Math.sqrt(2 / n));
    for (const count of histogram) assert.ok(Math.abs(count - n / 7) < 5 * Math.sqrt((n * 6) / 49));
  });

  test('shuffle keeps the items', () => {
    const items = new Random(4).shuffle([...Array(100).keys()]);
    assert.notDeepEqual(items, [...Array(100).keys()]);
    assert.deepEqual(
      items.toSorted((a, b) => a - b),
      [...Array(100).keys()],
    );
  });
});
