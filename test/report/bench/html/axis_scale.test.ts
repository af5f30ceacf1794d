import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type AxisScale,
  accuracyScale,
  linearScale,
  magnitudeScale,
  toPixels,
} from '../../../../src/report/bench/html/axis_scale.js';
import { Random } from '../../../../src/util/random.js';

/** What must hold of every scale; `percent`: what a tick's text stands for, times a value. */
function check(scale: AxisScale, values: readonly number[], percent: number): void {
  const [from, to] = scale.range;
  assert.ok(from < to);
  const ordered = [...values].sort((a, b) => a - b);
  for (const [i, value] of ordered.entries()) {
    const place = scale.place(value);
    assert.ok(place >= from - 1e-9 && place <= to + 1e-9, `${value} lies at ${place} of ${from} … ${to}`);
    if (i > 0 && value > ordered[i - 1]!) assert.ok(place >= scale.place(ordered[i - 1]!));
  }
  assert.ok(scale.ticks.length >= 2, `${scale.ticks.length} ticks for ${values.join(' ')}`);
  assert.ok(scale.ticks.length <= 22);
  for (const { at, text } of scale.ticks) {
    assert.ok(at >= from - 1e-9 && at <= to + 1e-9);
    const [, digits, prefix] = /^(.*?)( [kM])?$/.exec(text.replace('−', '-').replaceAll(',', ''))!;
    const value = (Number(digits) * (prefix === ' k' ? 1e3 : prefix === ' M' ? 1e6 : 1)) / percent;
    // What is written is where it stands.
    assert.ok(Math.abs(scale.place(value) - at) < 1e-6 * (1 + Math.abs(at)), `${text} stands at ${at}`);
  }
}

describe('scales of charts', () => {
  test('of errors hold every value, 0 and both signs among them, and their ticks are true', () => {
    const random = new Random(1);
    for (let run = 0; run < 300; run++) {
      const values = Array.from({ length: 1 + random.integer(20) }, () => {
        const magnitude = 10 ** (random.integer(9) - 2) * random.uniform();
        return [0, magnitude, -magnitude][random.integer(run % 3 === 0 ? 3 : 2)]!;
      });
      check(magnitudeScale(values), values, 1);
    }
    check(magnitudeScale([0, 0]), [0, 0], 1);
    check(magnitudeScale([5]), [5], 1);
  });

  test('of errors are proportional where these are alike, else a decade is as long as any other', () => {
    const alike = magnitudeScale([1, 2, 20]);
    assert.equal(alike.place(20) - alike.place(10), alike.place(10) - alike.place(0));
    const wide = magnitudeScale([0, 0.5, 2000]);
    assert.ok(Math.abs(wide.place(1000) - wide.place(100) - (wide.place(100) - wide.place(10))) < 1e-9);
    assert.ok(wide.place(0) < wide.place(0.5));
    assert.ok(wide.ticks.some(({ text }) => text === '0'));
    assert.ok(wide.ticks.some(({ text }) => text === '1,000'));
    assert.equal(magnitudeScale([-300, 1]).place(-100), -magnitudeScale([-300, 1]).place(100));
  });

  test('of accuracies hold every value, 100 % among them', () => {
    const random = new Random(2);
    for (let run = 0; run < 300; run++) {
      const best = [1, 0.999, 0.98, 0.7][random.integer(4)]!;
      const spread = [0.001, 0.1, 0.2, 0.6][random.integer(4)]!;
      const values = [
        best,
        best - spread,
        ...Array.from({ length: random.integer(20) }, () => best - spread * random.uniform()),
      ];
      const scale = accuracyScale(values);
      assert.equal(scale.logarithmic, Math.max(...values) - Math.min(...values) > 0.25);
      check(scale, values, 100);
    }
    check(accuracyScale([0.5]), [0.5], 100);
    check(accuracyScale([1, 0]), [1, 0], 100);
    check(accuracyScale([1]), [1], 100);
  });

  test('of accuracies leave room to those near the best where others fail', () => {
    const { place, range } = accuracyScale([0.1, 0.98, 0.99]);
    const part = (place(0.99) - place(0.98)) / (range[1] - range[0]);
    assert.ok(part > 0.1, `${part}`);
  });

  test('become pixels in either direction', () => {
    const scale = linearScale([0, 10]);
    assert.equal(toPixels(scale, [100, 200])(5), 150);
    assert.equal(toPixels(scale, [200, 100])(10), 100);
  });
});
