import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderJson } from '../../src/report/json.js';
import { evalReport } from './eval_fixture.js';

test('numbers that JSON lacks', () => {
  const text = renderJson({
    a: Number.POSITIVE_INFINITY,
    b: [Number.NEGATIVE_INFINITY, Number.NaN],
    c: undefined,
  });
  assert.deepEqual(JSON.parse(text), { a: 'inf', b: ['-inf', null] });
  assert.ok(text.endsWith('}\n'));
});

test('the names that scripts rely on', () => {
  const report = JSON.parse(renderJson(evalReport()));
  assert.equal(report.schemaVersion, 1);
  for (const variant of ['float', 'exact', 'approx'])
    assert.equal(typeof report.results[variant].top1, 'number');
  assert.equal(report.results.approx.correct, 8912);
  assert.equal(report.dataset.samples, 10_000);
  assert.equal(report.multiplier.sha256.length, 64);
  assert.equal(report.model.sha256.length, 64);
  for (const name of ['name', 'op', 'macs', 'approximated', 'reason', 'lut'])
    assert.ok(name in report.layers[0], name);
  for (const name of ['seconds', 'imagesPerSecond', 'gmacsPerSecond'])
    assert.equal(typeof report.timing[name], 'number');
  for (const name of ['kind', 'isa', 'threads']) assert.ok(name in report.device, name);
});
