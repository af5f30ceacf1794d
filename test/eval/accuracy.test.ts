import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AccuracyCounter } from '../../src/eval/accuracy.js';

const options = { classes: 3, probabilities: false, perClass: true, confusion: true };

test('counts, loss, agreement, classes and confusion', () => {
  const counter = new AccuracyCounter(options);
  const predictions = counter.add(
    Float32Array.of(2, 1, 0, /**/ 0, 0, 5, /**/ 1, 1, 1, /**/ 0, 3, 1),
    Int32Array.of(0, 1, 0, 1),
    Int32Array.of(0, 2, 1, 1),
  );
  // The first class wins a tie.
  assert.deepEqual([...predictions], [0, 2, 0, 1]);
  const result = counter.result(2);
  assert.equal(result.correct, 3);
  assert.equal(result.top1, 0.75);
  assert.equal(result.top5, null);
  assert.equal(result.agreementWithFloat, 0.75);
  assert.equal(result.imagesPerSecond, 2);
  assert.deepEqual(result.confusion, [
    [2, 0, 0],
    [0, 1, 1],
    [0, 0, 0],
  ]);
  assert.deepEqual(
    result.perClass?.map(({ samples, top1 }) => [samples, top1]),
    [
      [2, 1],
      [2, 0.5],
      [0, 0],
    ],
  );
  const log = (...x: number[]) => Math.log(x.reduce((sum, value) => sum + Math.exp(value), 0));
  const losses = [log(2, 1, 0) - 2, log(0, 0, 5) - 0, log(1, 1, 1) - 1, log(0, 3, 1) - 3];
  assert.ok(Math.abs(result.loss - losses.reduce((a, b) => a + b) / 4) < 1e-12);
});

test('top-5 counts the label among the five highest scores, ties in the order of the classes', () => {
  const counter = new AccuracyCounter({
    classes: 7,
    probabilities: false,
    perClass: false,
    confusion: false,
  });
  counter.add(Float32Array.of(1, 1, 1, 1, 1, 1, 1), Int32Array.of(4));
  counter.add(Float32Array.of(1, 1, 1, 1, 1, 1, 1), Int32Array.of(5));
  assert.equal(counter.result(2).top5, 0.5);
  assert.equal(counter.result(2).agreementWithFloat, null);
});

test('probabilities and logits give the same loss', () => {
  const logits = Float32Array.of(0.3, -1.2, 2.5);
  const sum = logits.reduce((total, x) => total + Math.exp(x), 0);
  const counters = [false, true].map((probabilities) => new AccuracyCounter({ ...options, probabilities }));
  counters[0].add(logits, Int32Array.of(1));
  counters[1].add(
    logits.map((x) => Math.exp(x) / sum),
    Int32Array.of(1),
  );
  assert.ok(Math.abs(counters[0].result(1).loss - counters[1].result(1).loss) < 1e-6);
});
