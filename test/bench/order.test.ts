import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { mergeReports } from '../../src/bench/merge.js';
import type { BenchReport } from '../../src/report/bench/results.js';
import { userError } from '../support/errors.js';
import { temporaryFolder } from '../support/temporary.js';
import { bench, calibrate, demoModel, lasting, shipped } from './suite_fixture.js';

const folder = temporaryFolder();
const twin = join(folder, 'twin.txt');
copyFileSync(shipped('drum2_int8'), twin);

/** Models, quantizations and assignments that share and do not share, a table twice, stated powers. */
const mixed = {
  models: [demoModel, { file: demoModel, name: 'again', limit: 120 }],
  multipliers: [
    { file: shipped('drum2_int8'), name: 'drum', power: 0.2 },
    { file: 'exact', power: 0.5 },
    shipped('exact_uint8'),
    twin,
  ],
  quantizations: [{ calibrate }, { name: 'per sample', qmethod: 'dynamic,sample,channel' }],
  assignments: ['all', { name: 'some', 'skip-first': true, layer: { '/9/*': shipped('drum2_int8') } }],
  gates: { minTop1: 90, maxDrop: { exact: 3 } },
};

const stored = (reports: readonly BenchReport[]) =>
  reports.map((report, i) => ({ file: `part${i + 1}.json`, report }));

function shards(values: Readonly<Record<string, unknown>>, count: number): Promise<BenchReport[]> {
  return Promise.all(
    Array.from({ length: count }, (_, i) => bench(values, { shard: { index: i + 1, count } })),
  );
}

describe('a suite', () => {
  test('gives the same report in one run and in merged shards, in whatever order they come', async () => {
    const whole = await bench(mixed);
    assert.equal(whole.summary.done, 32);
    for (const count of [3, 40]) {
      const parts = stored(await shards(mixed, count));
      const sizes = parts.map(({ report }) => report.entries.length);
      assert.equal(
        sizes.reduce((sum, size) => sum + size, 0),
        32,
      );
      assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
      assert.deepEqual(lasting(mergeReports(parts)), lasting(whole));
      assert.deepEqual(lasting(mergeReports(parts.toReversed())), lasting(whole));
    }
  });

  test('gives every entry the same figures, in whatever order its parts are named', async () => {
    const turned = {
      ...mixed,
      models: mixed.models.toReversed(),
      multipliers: mixed.multipliers.toReversed(),
      quantizations: mixed.quantizations.toReversed(),
      assignments: mixed.assignments.toReversed(),
    };
    const [one, other] = await Promise.all([bench(mixed), bench(turned)]);
    const byId = (report: BenchReport) => new Map(lasting(report).entries.map((found) => [found.id, found]));
    assert.deepEqual([...byId(one).keys()].sort(), [...byId(other).keys()].sort());
    const found = byId(other);
    for (const [id, expected] of byId(one)) assert.deepEqual(found.get(id), expected);
  });

  test('counts the power of each layer by its own table', async () => {
    const { entries } = await bench(mixed);
    const drum = entries.find(({ id }) => id.startsWith('lenet-digits · drum ·'))!;
    assert.equal(drum.relativePower, 0.4);
    const [first, ...rest] = drum.layers;
    assert.ok(rest.every(({ multiplier }) => multiplier === first!.multiplier));
    const mixture = entries.find(({ id }) => id.startsWith('lenet-digits · exact ·') && id.endsWith('some'))!;
    const layers = mixture.layers.filter(({ multiplier }) => multiplier !== null);
    const macs = layers.reduce((sum, layer) => sum + layer.macs, 0);
    const expected = layers.reduce(
      (sum, layer) => sum + layer.macs * (layer.multiplier === 'exact' ? 1 : 0.4),
      0,
    );
    assert.deepEqual(
      layers.map(({ multiplier }) => multiplier),
      ['exact', 'drum2_int8', 'exact', 'exact'],
    );
    assert.ok(Math.abs(mixture.relativePower! - expected / macs) < 1e-12);
  });
});

describe('shards are refused', () => {
  const values = { multipliers: ['drum2_int8', 'mitchell_int8', 'exact_int8'].map(shipped), limit: 20 };
  const refusals: [string, (parts: BenchReport[]) => Promise<BenchReport[]> | BenchReport[], RegExp][] = [
    ['where one is missing', ([a, , c]) => [a!, c!], /shard 2 of 3 is missing; name all 3 files/],
    [
      'where one is there twice',
      ([a, b, c]) => [a!, b!, b!, c!],
      /part3\.json: is shard 2 of 3, and so is part2/,
    ],
    [
      'of two divisions',
      async ([a]) => [a!, ...(await shards(values, 2))],
      /one of 2 shards, part1\.json one of 3/,
    ],
    [
      'of another suite',
      async ([a, b]) => [a!, b!, (await shards({ ...values, limit: 21 }, 3))[2]!],
      /part3\.json: is of another suite/,
    ],
    [
      'of the same settings on other tables',
      async () => {
        // A glob stood for others, as many, when the last shard ran.
        const [glob, last] = [join(folder, 'glob'), join(folder, 'glob', 'c.txt')];
        const globbed = { ...values, multipliers: [join(glob, '*')] };
        mkdirSync(glob);
        for (const name of ['a', 'b', 'c']) copyFileSync(twin, join(glob, `${name}.txt`));
        const before = await shards(globbed, 3);
        renameSync(last, join(glob, 'd.txt'));
        return [before[0]!, before[1]!, (await shards(globbed, 3))[2]!];
      },
      /part3\.json: is of another suite/,
    ],
    [
      'of a run that was interrupted',
      ([a, b, c]) => [a!, b!, { ...c!, complete: false }],
      /part3\.json: the run was interrupted/,
    ],
    [
      'that are a whole run',
      ([a, b, c]) => [a!, b!, { ...c!, shard: null }],
      /part3\.json: is the report of a whole run/,
    ],
    [
      'of another version',
      ([a, b, c]) => [a!, b!, { ...c!, version: '0.0.9' }],
      /part3\.json: was made by approxtorch 0\.0\.9/,
    ],
    [
      'that lack an entry',
      ([a, b, c]) => [a!, b!, { ...c!, entries: [] }],
      /have 2 of the suite's 3 entries/,
    ],
    [
      'that share an entry',
      ([a, b, c]) => [a!, b!, { ...c!, entries: b!.entries }],
      /part3\.json: has the entry lenet-digits · mitchell_int8, and so has part2/,
    ],
    [
      'where only one was compared with a baseline',
      async ([a, b, c]) => [a!, { ...b!, baseline: { file: 'base.json', stale: [], added: [] } }, c!],
      /part1\.json: was not compared with a baseline, part2\.json was/,
    ],
  ];
  for (const [what, change, expected] of refusals) {
    test(what, async () => {
      const parts = stored(await change(await shards(values, 3)));
      assert.throws(() => mergeReports(parts), userError(expected));
    });
  }
});
