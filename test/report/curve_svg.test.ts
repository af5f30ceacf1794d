import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import sharp from 'sharp';
import { axisTicks } from '../../src/report/chart.js';
import { curveSvg } from '../../src/report/curve_svg.js';
import { fc } from '../support/property.js';
import { curve, finetuneReport } from './finetune_fixture.js';

describe('the training curve', () => {
  test('is a picture that stands alone', async () => {
    for (const report of [
      finetuneReport(),
      finetuneReport({ curve: curve(1) }),
      finetuneReport({ curve: curve(300, false) }),
      finetuneReport({ curve: [] }),
    ]) {
      const svg = curveSvg(report);
      // A parser of its own: it refuses what is no XML, and NaN where a number belongs is ours to refuse.
      const { width, height } = await sharp(Buffer.from(svg)).metadata();
      assert.deepEqual([width, height], [760, 560]);
      assert.doesNotMatch(svg, /NaN|Infinity|undefined|<script|href|url\(/);
    }
  });

  test('shows every epoch, and the accuracy before and after', () => {
    const svg = curveSvg(finetuneReport());
    const lines = [...svg.matchAll(/<polyline class="line (\w+)" points="([^"]*)"/g)];
    assert.deepEqual(
      lines.map(([, look, points]) => [look, points!.split(' ').length]),
      [
        ['training', 5],
        ['validation', 5],
        ['training', 5],
      ],
    );
    assert.match(svg, />before \(test\)</);
    assert.match(svg, />Accuracy in %</);
    assert.match(svg, />epoch</);
  });

  test('higher accuracy stands higher, later epochs further right', () => {
    const svg = curveSvg(finetuneReport());
    const [, points] = /<polyline class="line training" points="([^"]*)"/.exec(svg)!;
    const places = points!.split(' ').map((pair) => pair.split(',').map(Number));
    for (let i = 1; i < places.length; i++) {
      assert.ok(places[i]![0]! > places[i - 1]![0]!);
      assert.ok(places[i]![1]! < places[i - 1]![1]!);
    }
    // The first of its look is in the legend.
    const level = (look: string) =>
      Number([...svg.matchAll(new RegExp(`class="line ${look}"[^>]* y1="([\\d.]+)"`, 'g'))].at(-1)?.[1]);
    assert.ok(level('after') < level('before'), 'after is better');
  });

  test('losses that are not finite are left out', () => {
    const [first, second] = curve(2);
    const report = finetuneReport({ curve: [first!, { ...second!, loss: Number.NaN }] });
    assert.doesNotMatch(curveSvg(report), /NaN/);
  });

  test('names from files are text, whatever they are', async () => {
    const model = { ...finetuneReport().model, file: `<script>alert("1")</script>&amp;\u0000\ud800\uffff'` };
    const svg = curveSvg(finetuneReport({ model }));
    assert.doesNotMatch(svg, /<script/);
    await sharp(Buffer.from(svg)).metadata();
  });
});

describe('ticks of an axis', () => {
  test('are round', () => {
    assert.deepEqual(axisTicks([47.7, 92.3]), [40, 50, 60, 70, 80, 90, 100]);
    assert.deepEqual(
      axisTicks([0, 1.7]).map((tick) => Number(tick.toFixed(9))),
      [0, 0.5, 1, 1.5, 2],
    );
    assert.equal(axisTicks([100]).at(-1), 100);
    assert.deepEqual(axisTicks([]).length > 1, true);
  });

  test('enclose the data, rise, and are few', () => {
    const value = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 20 }), (values) => {
        const ticks = axisTicks(values);
        const slack = 1e-9 * Math.max(...values);
        assert.ok(ticks.length >= 2 && ticks.length <= 8, `${ticks}`);
        assert.ok(ticks[0]! <= Math.min(...values) + slack && ticks.at(-1)! >= Math.max(...values) - slack);
        for (let i = 1; i < ticks.length; i++) assert.ok(ticks[i]! > ticks[i - 1]!);
      }),
    );
  });
});
