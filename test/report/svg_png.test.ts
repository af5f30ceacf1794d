import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chartStyle } from '../../src/report/chart_style.js';
import { element, picture } from '../../src/report/svg.js';
import { svgToPng } from '../../src/report/svg_png.js';
import { decode } from './lut/image_pixels.js';

test('a picture becomes a PNG of twice its size, light, with its text', async () => {
  const svg = picture({ width: 120, height: 40 }, 'title', chartStyle('\n', '\n'), [
    element('text', { x: 10, y: 25, class: 'title' }, 'MUL8S'),
    element('rect', { x: 100, y: 10, width: 10, height: 10, fill: '#0000ff' }),
  ]);
  const image = await decode(await svgToPng(svg));
  assert.deepEqual([image.width, image.height], [240, 80]);
  assert.deepEqual(image.at(0, 0), [255, 255, 255, 255]);
  assert.deepEqual(image.at(210, 30), [0, 0, 255, 255]);
  let dark = 0;
  for (let y = 20; y < 60; y++) for (let x = 20; x < 190; x++) if (image.at(x, y)[0]! < 100) dark++;
  assert.ok(dark > 200, `${dark} dark pixels where the text stands`);
});
