import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { plotRecord } from '../../../src/lut/plot_record.js';
import { exactMultiplier, tabulate } from '../../../src/multiplier/create.js';
import { lutHtml } from '../../../src/report/lut/plot_html.js';
import { lutSvg } from '../../../src/report/lut/plot_svg.js';
import { type BrowserPage, needsBrowser, openFile } from '../../support/browser.js';
import { temporaryFolder } from '../../support/temporary.js';
import { hostileName, named, plotRecords, slanted } from './plot_fixture.js';

const folder = temporaryFolder();

function pageFile(name: string, multiplier = slanted): string {
  const path = join(folder, `${name}.html`);
  writeFileSync(path, lutHtml(plotRecord(multiplier)));
  return path;
}

/** The middle of a cell of the heat map, in pixels of the window. */
async function placeOf(page: BrowserPage, column: number, row: number, size: number) {
  const [x, y, width, height] = await page.evaluate<[number, number, number, number]>(`(() => {
    const { x, y, width, height } = document.querySelector('.map image').getBoundingClientRect();
    return [x, y, width, height];
  })()`);
  return { x: x + ((column + 0.5) / size) * width, y: y + height - ((row + 0.5) / size) * height };
}

async function shown(page: BrowserPage) {
  const fields = ['product', 'exact', 'error', 'relative'];
  const texts = await Promise.all(fields.map((id) => page.textContent(`#${id}`)));
  return [await page.inputValue('#a'), await page.inputValue('#w'), ...texts];
}

describe('the page of a multiplier in a browser', () => {
  test('opens without complaints and without network, at any width', needsBrowser, async () => {
    for (const width of [800, 400, 320]) {
      const { page, complaints, requests } = await openFile(pageFile('plain'), width);
      assert.deepEqual([complaints, requests], [[], []]);
      const overflow = await page.evaluate<number>(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      assert.equal(overflow, 0, `at ${width} pixels`);
    }
  });

  test('is light or dark, as the viewer asks', needsBrowser, async () => {
    for (const [colorScheme, paper, look] of [
      ['light', 'rgb(255, 255, 255)', 'on-light'],
      ['dark', 'rgb(13, 17, 23)', 'on-dark'],
    ] as const) {
      const { page } = await openFile(pageFile('plain'), 800, { colorScheme });
      assert.equal(await page.evaluate('getComputedStyle(document.body).backgroundColor'), paper);
      const images = await page.evaluate<string[]>(
        "[...document.querySelectorAll('.map image')].filter((image) => getComputedStyle(image).display !== 'none').map((image) => image.getAttribute('class'))",
      );
      assert.deepEqual(images, [`field ${look}`, look]);
    }
  });

  test('shows the cell under the pointer', needsBrowser, async () => {
    // Each cell has a product of its own.
    const multiplier = tabulate('distinct', 'int8', 'uint8', 4, (a, w) => (a + 8) * 16 + w - 100);
    const { page } = await openFile(pageFile('distinct', multiplier), 800);
    for (const [a, w] of [
      [-8, 0],
      [7, 15],
      [-3, 11],
      [5, 0],
    ] as const) {
      const { x, y } = await placeOf(page, w, a + 8, 16);
      await page.mouse.move(x, y);
      const product = (a + 8) * 16 + w - 100;
      const error = product - a * w;
      const minus = (value: number | string) => String(value).replace('-', '−');
      const sign = error > 0 ? '+' : '';
      assert.deepEqual(await shown(page), [
        String(a),
        String(w),
        minus(product),
        minus(a * w),
        sign + minus(error),
        a * w === 0 ? '–' : `${sign}${minus(((100 * error) / Math.abs(a * w)).toFixed(2))} %`,
      ]);
    }
  });

  test('finds single cells of a large table', needsBrowser, async () => {
    const { page } = await openFile(pageFile('plain'), 800);
    const { x, y } = await placeOf(page, 128 + 100, 255, 256);
    await page.mouse.move(x, y);
    assert.deepEqual(await shown(page), ['255', '100', '25600', '25500', '+100', '+0.39 %']);
    await page.mouse.move(x, 2);
    assert.deepEqual((await shown(page)).slice(0, 2), ['255', '100'], 'outside nothing changes');
  });

  test('goes by keyboard, and stays within the table', needsBrowser, async () => {
    const { page } = await openFile(pageFile('plain'), 800);
    assert.deepEqual((await shown(page)).slice(0, 2), ['0', '0']);
    for (const key of ['ArrowUp', 'ArrowUp', 'ArrowRight', 'Shift+ArrowUp', 'Shift+ArrowLeft']) {
      await page.press('.map', key);
    }
    assert.deepEqual((await shown(page)).slice(0, 2), ['18', '-15']);
    for (let i = 0; i < 9; i++) await page.press('.map', 'Shift+ArrowLeft');
    assert.deepEqual((await shown(page)).slice(0, 2), ['18', '-128']);
    await page.fill('#a', '999');
    await page.press('#a', 'Enter');
    await page.fill('#w', '-7');
    await page.press('#w', 'Enter');
    assert.deepEqual(await shown(page), ['255', '-7', '−1792', '−1785', '−7', '−0.39 %']);
    await page.fill('#w', '');
    await page.press('#w', 'Enter');
    assert.equal(await page.inputValue('#w'), '0', 'no operand counts as 0');
  });

  test('goes by touch', needsBrowser, async () => {
    const { page } = await openFile(pageFile('plain'), 400, { hasTouch: true });
    const { x, y } = await placeOf(page, 128 + 64, 64, 256);
    await page.touchscreen.tap(x, y);
    const [a, w] = (await shown(page)).map(Number);
    assert.ok(Math.abs(a! - 64) <= 1 && Math.abs(w! - 64) <= 1, `${a}, ${w}`);
  });

  test('a hostile name runs nothing', needsBrowser, async () => {
    const { page, complaints } = await openFile(pageFile('hostile', named(hostileName)), 800);
    assert.deepEqual(complaints, []);
    assert.equal(await page.evaluate('document.images.length'), 0);
    assert.match((await page.textContent('h1'))!, /^<\/title><\/script><script>alert/);
  });

  test('no text of a picture lies on another or beyond its edge', needsBrowser, async () => {
    const path = join(folder, 'pictures.html');
    const records = [...plotRecords(), plotRecord(exactMultiplier('uint8', 'uint8', 2))];
    // Without images: they have no text, and all pictures fit into one page.
    const pictures = records.map((record) => lutSvg(record).replace(/href="data:[^"]*"/g, ''));
    writeFileSync(path, `<!doctype html><body>${pictures.join('')}`);
    const { page } = await openFile(path, 800);
    const faults = await page.evaluate<string[][]>(`[...document.querySelectorAll('svg')].map((svg) => {
      const paper = svg.getBoundingClientRect();
      const texts = [...svg.querySelectorAll('text')].filter((text) => text.textContent !== '');
      const boxes = texts.map((text) => ({ name: text.textContent, box: text.getBoundingClientRect() }));
      const beyond = boxes.filter(({ box }) =>
        box.left < paper.left || box.right > paper.right || box.top < paper.top || box.bottom > paper.bottom);
      // Boxes of lines that follow each other touch without their letters doing so.
      const slack = 4;
      const pairs = boxes.flatMap((a, i) => boxes.slice(i + 1).map((b) => [a, b])).filter(([a, b]) =>
        a.box.left < b.box.right && b.box.left < a.box.right &&
        a.box.top + slack < b.box.bottom && b.box.top + slack < a.box.bottom);
      return [...beyond.map(({ name }) => name), ...pairs.map(([a, b]) => a.name + ' / ' + b.name)];
    })`);
    assert.equal(faults.length, records.length);
    faults.forEach((texts, i) => {
      assert.deepEqual(texts, [], records[i]!.multiplier.name);
    });
  });
});
