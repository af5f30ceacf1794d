import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderSmallerIsBetter } from '../../../src/report/bench/smaller_is_better.js';
import { benchReport, hostileReport } from './bench_fixture.js';

test('error and time of every entry that was evaluated', () => {
  const items = JSON.parse(renderSmallerIsBetter(benchReport())) as Record<string, unknown>[];
  assert.equal(items.length, 2 * 9);
  assert.deepEqual(items.slice(2, 4), [
    {
      name: 'lenet-digits · mul8s_1KR3 · top-1 error',
      unit: '%',
      value: 5.78,
      range: '± 0.6475',
      extra:
        'top-1 94.22 % of 5,000 samples\ndrop 4.34 points to exact\ndrop 4.42 points to float32\npower 29.6 % of exact',
    },
    { name: 'lenet-digits · mul8s_1KR3 · time', unit: 's', value: 12.25 },
  ]);
  const tuned = items.find(({ name }) => name === 'resnet20-cifar10 · mul8s_1KVL · top-1 error');
  assert.equal(tuned!.value, 9.02, 'after retraining');
  assert.equal(new Set(items.map(({ name }) => name)).size, items.length);
});

test('names stay on one line', () => {
  const items = JSON.parse(renderSmallerIsBetter(hostileReport())) as { name: string }[];
  for (const { name } of items) assert.doesNotMatch(name, /[\p{Cc}\p{Cs}]/u);
});
