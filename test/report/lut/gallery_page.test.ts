import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { lutGalleryHtml } from '../../../src/report/lut/gallery_html.js';
import { type BrowserPage, needsBrowser, openFile } from '../../support/browser.js';
import { temporaryFolder } from '../../support/temporary.js';
import { gallery } from './gallery_fixture.js';

const file = join(temporaryFolder(), 'index.html');
writeFileSync(file, lutGalleryHtml(gallery()));

/** Files of the visible rows, in their order. */
function order(page: BrowserPage): Promise<string[]> {
  return page.evaluate(
    "[...document.querySelectorAll('tbody tr:not([hidden]) .name')].map(({ title }) => title.replace('.txt', '').slice(0, 8))",
  );
}

const button = (column: number) => `thead th:nth-child(${column}) button`;
const MAE = 5;
const RANK = 11;

describe('the gallery in a browser', () => {
  test(
    'opens without complaints and without network; only the table scrolls sideways',
    needsBrowser,
    async () => {
      for (const width of [1280, 400]) {
        const { page, complaints, requests } = await openFile(file, width);
        assert.deepEqual([complaints, requests], [[], []]);
        const [document, table] = await page.evaluate<[number, number]>(`(() => {
        const overflow = ({ scrollWidth, clientWidth }) => scrollWidth - clientWidth;
        return [overflow(document.documentElement), overflow(document.querySelector('.scroll'))];
      })()`);
        assert.equal(document, 0);
        if (width === 400) assert.ok(table! > 100);
      }
    },
  );

  test('all thumbnails are images', needsBrowser, async () => {
    const { page } = await openFile(file, 1280);
    const widths = await page.evaluate<number[]>(
      `Promise.all([...document.images].map(async (image) => { await image.decode(); return image.naturalWidth; }))`,
    );
    assert.deepEqual(widths, [64, 64, 64, 16, 64]);
  });

  test('a click sorts numbers as numbers, another one the other way', needsBrowser, async () => {
    const { page } = await openFile(file, 1280);
    assert.deepEqual(await order(page), ['nine', 'hundred', 'twenty', 'exact', '</title>']);
    await page.click(button(MAE));
    assert.deepEqual(await order(page), ['exact', 'nine', 'twenty', '</title>', 'hundred']);
    assert.equal(await sorting(page, MAE), 'ascending');
    await page.click(button(MAE));
    assert.deepEqual(await order(page), ['hundred', '</title>', 'twenty', 'nine', 'exact']);
    assert.equal(await sorting(page, MAE), 'descending');
  });

  test(
    'what is not known comes last both ways, and only one column is marked as sorted',
    needsBrowser,
    async () => {
      const { page } = await openFile(file, 1280);
      await page.click(button(MAE));
      await page.click(button(RANK));
      assert.deepEqual((await order(page)).slice(0, 2), ['hundred', 'nine']);
      await page.click(button(RANK));
      assert.deepEqual((await order(page)).slice(0, 2), ['nine', 'hundred']);
      assert.equal(await sorting(page, MAE), 'none');
    },
  );

  test('sorts by keyboard, names by their letters', needsBrowser, async () => {
    const { page } = await openFile(file, 1280);
    await page.press(button(1), 'Enter');
    assert.deepEqual((await order(page)).slice(1), ['exact', 'hundred', 'nine', 'twenty']);
  });

  test('the box filters by words, in any case, and says how many are left', needsBrowser, async () => {
    const { page } = await openFile(file, 1280);
    await page.fill('.filter', 'UINT8 nine');
    assert.deepEqual(await order(page), ['nine']);
    assert.equal(await page.textContent('.shown'), '1 of 5 tables');
    await page.fill('.filter', gallery().entries[3]!.sha256.slice(0, 10));
    assert.deepEqual(await order(page), ['exact']);
    await page.fill('.filter', 'nothing like this');
    assert.deepEqual(await order(page), []);
    await page.click(button(MAE));
    await page.fill('.filter', '');
    assert.equal((await order(page)).length, 5);
    assert.equal(await page.textContent('.shown'), '5 tables');
  });

  test('hostile names run nothing', needsBrowser, async () => {
    const { page, complaints } = await openFile(file, 1280);
    assert.deepEqual(complaints, []);
    assert.equal(await page.evaluate('document.scripts.length'), 1);
  });
});

function sorting(page: BrowserPage, column: number): Promise<string> {
  return page.evaluate(`document.querySelectorAll('thead th')[${column - 1}].getAttribute('aria-sort')`);
}
