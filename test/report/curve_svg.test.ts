import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import sharp from 'sharp';
import { curveSvg } from '../../src/report/curve_svg.js';
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
