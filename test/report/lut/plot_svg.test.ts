import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import sharp from 'sharp';
import { plotRecord } from '../../../src/lut/plot_record.js';
import { exactMultiplier, tabulate } from '../../../src/multiplier/create.js';
import { lutSvg } from '../../../src/report/lut/plot_svg.js';
import { decode, lightness, reading } from './image_pixels.js';
import { hostileName, named, plotRecords, slanted } from './plot_fixture.js';

const textsOf = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text!);
const imageOf = (svg: string, look: string) =>
  new RegExp(`<image class="${look}"[^>]* href="([^"]*)"`).exec(svg)![1]!;
const colorBarOf = (svg: string) => /<g class="color-bar">.*?<\/g>/.exec(svg)![0];

describe('the picture of a multiplier', () => {
  test('stands alone, whatever the table', async () => {
    for (const record of plotRecords()) {
      const svg = lutSvg(record);
      // A parser of its own: it refuses what is no XML.
      const { width } = await sharp(Buffer.from(svg)).metadata();
      assert.equal(width, 800);
      const drawn = svg.replace(/href="data:[^"]*"/g, '');
      assert.doesNotMatch(drawn, /NaN|Infinity|undefined|null|<script|href|url\(/, record.multiplier.name);
    }
  });

  test('says what the table is', () => {
    const svg = lutSvg(plotRecord(slanted));
    const texts = textsOf(svg);
    assert.ok(texts.includes('slanted'));
    assert.ok(
      texts.includes(`activation uint8 × weight int8 · 8 bits · sha256 ${slanted.sha256.slice(0, 12)}`),
    );
    // The error is w: all but one of 256 weights, 64 in the mean.
    assert.ok(texts.some((text) => /^MAE 64.0 · MRED .* % · WCE 128 · EP 99.61 % · bias −0.500$/.test(text)));
    assert.ok(texts.includes('exact: 0.39 % of pairs'));
  });

  test('has axes with operands and labels', () => {
    const texts = textsOf(lutSvg(plotRecord(slanted)));
    const count = (wanted: string) => texts.filter((text) => text === wanted).length;
    for (const label of ['weight w', 'activation a']) assert.equal(count(label), 2, label);
    assert.equal(count('error in LSB'), 1);
    assert.equal(count('exact product a·w'), 1);
    for (const operand of ['−128', '−64', '64', '127', '128', '192', '255']) {
      assert.ok(count(operand) >= 1, operand);
    }
  });

  test('colours tell sign and size of the error of each cell', async () => {
    const svg = lutSvg(plotRecord(slanted));
    const light = await decode(imageOf(svg, 'field on-light'));
    const dark = await decode(imageOf(svg, 'field on-dark'));
    const cellOf = (image: typeof light, a: number, w: number) => {
      const x = Math.floor(((w + 128.5) * image.width) / 256);
      const y = image.height - 1 - Math.floor(((a + 0.5) * image.height) / 256);
      return image.at(x, y);
    };
    for (const a of [0, 1, 100, 255]) {
      for (const image of [light, dark]) {
        for (let w = -128; w < 128; w++) {
          assert.equal(reading(cellOf(image, a, w)).sign, Math.sign(w), `error ${w}`);
        }
      }
      for (let w = 1; w < 127; w++) {
        for (const side of [1, -1]) {
          const [near, far] = [side * w, side * (w + 1)];
          assert.ok(lightness(cellOf(light, a, far)) <= lightness(cellOf(light, a, near)));
          assert.ok(lightness(cellOf(dark, a, far)) >= lightness(cellOf(dark, a, near)));
        }
      }
      assert.deepEqual(cellOf(light, a, 127).slice(0, 3), [127, 42, 4]);
      assert.deepEqual(cellOf(light, a, -128).slice(0, 3), [10, 55, 118]);
    }
  });

  test('activations rise upwards', async () => {
    const rising = tabulate('rising', 'int8', 'int8', 3, (a, w) => a * w + (a > 0 ? 9 : 0));
    const image = await decode(imageOf(lutSvg(plotRecord(rising)), 'field on-light'));
    assert.equal(reading(image.at(10, 10)).sign, 1);
    assert.equal(reading(image.at(10, image.height - 10)).sign, 0);
  });

  test('ticks of the colour bar lie symmetrically about zero', () => {
    for (const record of plotRecords()) {
      const bar = colorBarOf(lutSvg(record));
      const ticks = [...bar.matchAll(/<text[^>]* y="([\d.]+)"[^>]*>([^<]*)<\/text>/g)]
        .map(([, y, text]) => ({ y: Number(y), text: text! }))
        .filter(({ text }) => text !== 'LSB');
      assert.ok(ticks.length >= 3, record.multiplier.name);
      const zero = ticks.find(({ text }) => Number(text) === 0)!;
      for (const { y, text } of ticks) {
        const opposite = ticks.find((tick) => Math.abs(tick.y - (2 * zero.y - y)) < 0.02)!;
        assert.equal(text.replace('−', ''), opposite.text.replace('−', ''), record.multiplier.name);
        assert.equal(text.startsWith('−'), y > zero.y);
      }
    }
  });

  test('errors beyond the colour scale are stated', () => {
    const outlier = tabulate('outlier', 'int8', 'int8', 8, (a, w) =>
      a === 1 && w === 1 ? 2 ** 31 - 1 : a * w + ((a + w) & 3),
    );
    const svg = lutSvg(plotRecord(outlier));
    assert.ok(textsOf(svg).includes('0.002 % of the pairs lie beyond ±3: 0 … 2.15e+9'));
    assert.match(colorBarOf(svg), /class="most"/);
    assert.doesNotMatch(colorBarOf(lutSvg(plotRecord(slanted))), /class="most"/);
  });

  test('bars of the histogram stand for pairs on a logarithmic axis', () => {
    // 10 pairs one too small, 100 pairs two too large.
    const multiplier = tabulate(
      'bars',
      'uint8',
      'uint8',
      8,
      (a, w) => a * w + (a === 0 && w < 10 ? -1 : a === 9 && w < 100 ? 2 : 0),
    );
    const record = plotRecord(multiplier);
    const svg = lutSvg(record);
    const bars = [...svg.matchAll(/<rect class="(below|above)" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"/g)];
    assert.deepEqual(
      bars.map(([, look]) => look),
      ['below', 'above'],
    );
    const panel = svg.slice(
      svg.indexOf('Wrong pairs by error'),
      svg.indexOf('Error in LSB by exact product'),
    );
    const tick = (text: string) =>
      Number(new RegExp(` y1="([\\d.]+)"[^>]*/><text[^>]*>${text}</text>`).exec(panel)![1]);
    assert.ok(Math.abs(Number(bars[0]![3]) - tick('10')) < 0.02);
    assert.ok(Math.abs(Number(bars[1]![3]) - tick('100')) < 0.02);
  });

  test('profiles have a dot for each operand', () => {
    const svg = lutSvg(plotRecord(slanted));
    const dots = [...svg.matchAll(/<path class="fine dots (absolute|mean)" d="([^"]*)"/g)];
    const profiles = dots.filter(([, , path]) => path!.split('M').length - 1 === 256);
    assert.deepEqual(
      profiles.map(([, look]) => look),
      ['absolute', 'mean', 'absolute', 'mean'],
    );
    // By weight the mean error is w: the dots rise from left to right in equal steps.
    const heights = [...profiles[3]![2]!.matchAll(/M[\d.]+ ([\d.]+)h0/g)].map(([, y]) => Number(y));
    for (let i = 1; i < 256; i++) assert.ok(heights[i]! <= heights[i - 1]!);
    assert.ok(heights[0]! - heights[255]! > 60);
  });

  test('an exact table says so and is all neutral', async () => {
    const svg = lutSvg(plotRecord(exactMultiplier('int8', 'uint8')));
    const texts = textsOf(svg);
    assert.ok(texts.some((text) => text.endsWith('EP 0 % · bias 0 · every product is exact')));
    assert.ok(texts.includes('exact: 100 % of pairs'));
    const image = await decode(imageOf(svg, 'field on-light'));
    const corner = image.at(0, 0);
    for (let i = 0; i < image.width; i += 7) assert.deepEqual(image.at(i, image.height - 1 - i), corner);
    assert.equal(reading(corner).sign, 0);
  });

  test('the density shows where products and errors meet', async () => {
    const record = plotRecord(slanted);
    const svg = lutSvg(record);
    const image = await decode(imageOf(svg, 'field'));
    const { columns, rows, pairs } = record.density;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const x = Math.floor(((column + 0.5) * image.width) / columns);
        const y = image.height - 1 - Math.floor(((row + 0.5) * image.height) / rows);
        assert.equal(image.at(x, y)[3]! > 0, pairs[row * columns + column]! > 0);
      }
    }
  });

  test('names from files are text, and long ones are cut', () => {
    const svg = lutSvg(plotRecord(named(hostileName)));
    assert.doesNotMatch(svg, /<script|<img|onerror=alert\(1\)>/);
    assert.match(svg, /&lt;\/title&gt;/);
    const longest = textsOf(lutSvg(plotRecord(named('n'.repeat(500)))));
    assert.ok(longest.every((text) => text.length < 100));
  });
});
