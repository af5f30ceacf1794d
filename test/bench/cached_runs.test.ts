import assert from 'node:assert/strict';
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { temporaryFolder } from '../support/temporary.js';
import { measuredPhases } from './phases.js';
import { bench, calibrate, demoModel, lasting, shipped } from './suite_fixture.js';

const folder = temporaryFolder();
const cache = (name: string) => join(folder, name);
const suite = { multipliers: [shipped('drum2_int8'), shipped('exact_uint8')], sensitivity: true, limit: 60 };

/** What a run of the suite had to compute, and its report. */
async function computed(values: Readonly<Record<string, unknown>>, name: string) {
  const phases = measuredPhases();
  const report = await bench(values, { cache: cache(name) }, phases.hooks);
  return { report, phases: phases.seen() };
}

describe('a run with a cache', () => {
  test('the second one computes nothing, and says the same', async () => {
    const cold = await computed(suite, 'twice');
    assert.deepEqual([cold.report.summary.cached, cold.phases.size > 0], [0, true]);
    const warm = await computed(suite, 'twice');
    assert.deepEqual([...warm.phases], []);
    assert.equal(warm.report.summary.cached, 2);
    assert.ok(warm.report.entries.every(({ cached, seconds }) => cached && seconds === 0));
    assert.deepEqual(lasting(warm.report), lasting(cold.report));
    assert.deepEqual(lasting(await bench(suite)), lasting(cold.report));
  });

  test('serves shards, other names and other places of the same content', async () => {
    await computed(suite, 'renamed');
    const [model, table] = [join(folder, 'other.onnx'), join(folder, 'other.txt')];
    copyFileSync(demoModel, model);
    copyFileSync(shipped('drum2_int8'), table);
    const moved = { ...suite, models: [{ file: model, data: 'synthetic-digits' }], multipliers: [table] };
    const { report, phases } = await computed(moved, 'renamed');
    assert.deepEqual([...phases], []);
    assert.deepEqual([report.entries[0]!.id, report.entries[0]!.cached], ['other · other', true]);
    const shard = await bench(suite, { cache: cache('renamed'), shard: { index: 2, count: 2 } });
    assert.equal(shard.summary.cached, 1);
  });

  const base = { limit: 60, multipliers: [shipped('drum2_int8')], quantizations: [{ calibrate }] };
  const all = ['float', 'exact', 'approximate'];
  const changes: [string, Readonly<Record<string, unknown>>, readonly string[]][] = [
    ['the table', { multipliers: [shipped('mitchell_int8')] }, ['approximate']],
    ['the operands', { multipliers: [shipped('exact_uint8')] }, ['exact', 'approximate']],
    ['the limit', { limit: 61 }, all],
    ['the preprocessing', { scale: 0.5 / 255 }, all],
    ['the calibrator', { quantizations: [{ calibrate, calibrator: 'mse' }] }, ['exact', 'approximate']],
    ['the samples to calibrate on', { quantizations: [{ calibrate: 65 }] }, ['exact', 'approximate']],
    ['the width of weights', { quantizations: [{ calibrate, 'weight-bits': 7 }] }, ['exact', 'approximate']],
    ['the mode', { quantizations: ['dynamic,tensor,channel'] }, ['exact', 'approximate']],
    ['the layers', { assignments: [{ name: 'some', 'skip-first': true }] }, ['exact', 'approximate']],
    [
      'the table of a layer',
      { assignments: [{ name: 'x', layer: { '/0/*': 'exact' } }] },
      ['exact', 'approximate'],
    ],
    ['the padding', { quantizations: [{ calibrate, padding: 'skip' }] }, ['exact', 'approximate']],
    ['sensitivity', { sensitivity: true }, ['sensitivity']],
    ['a name', { assignments: [{ name: 'another name' }] }, []],
    ['the size of batches', { batch: 40 }, []],
    ['the gates', { gates: { minTop1: 99 } }, []],
  ];
  for (const [what, change, expected] of changes) {
    test(`after another choice of ${what} computes ${expected.join(', ') || 'nothing'}`, async () => {
      const name = `change ${what}`;
      await computed(base, name);
      const { report, phases } = await computed({ ...base, ...change }, name);
      assert.deepEqual([...phases], expected);
      assert.equal(report.entries[0]!.status, 'done');
      assert.deepEqual(lasting(report), lasting(await bench({ ...base, ...change })));
    });
  }

  test('whose files are damaged computes those again', async () => {
    const cold = await computed(base, 'damaged');
    const files = readdirSync(cache('damaged'));
    assert.equal(files.length, 4);
    for (const [i, file] of files.entries()) {
      const path = join(cache('damaged'), file);
      const content = readFileSync(path, 'utf8');
      writeFileSync(path, [content.slice(0, content.length / 2), '', '{}', '\0'][i]!);
    }
    const again = await computed(base, 'damaged');
    assert.deepEqual([...again.phases], all);
    assert.deepEqual(lasting(again.report), lasting(cold.report));
    assert.deepEqual(readdirSync(cache('damaged')), files);
    assert.equal((await computed(base, 'damaged')).report.summary.cached, 1);
  });
});
