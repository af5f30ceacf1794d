import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { galleryEntry } from '../../../src/lut/gallery_entry.js';
import { lutGalleryHtml } from '../../../src/report/lut/gallery_html.js';
import { analysisCases } from '../../multiplier/analysis/cases.js';
import { gallery } from './gallery_fixture.js';
import { decode, reading } from './image_pixels.js';
import { slanted } from './plot_fixture.js';

const rowsOf = (page: string) => [...page.matchAll(/<tr><th scope="row"[\s\S]*?<\/tr>/g)].map(([row]) => row);

describe('the gallery', () => {
  test('has a row for each table and a line for each file that is none', () => {
    const page = lutGalleryHtml(gallery());
    const rows = rowsOf(page);
    assert.equal(rows.length, 5);
    assert.match(page, />5 tables</);
    assert.match(page, /<h1>Multiplier tables in tables &amp; more<\/h1>/);
    assert.match(page, /<li><strong>notes.txt<\/strong>: notes.txt:1: expected an integer<\/li>/);
    assert.doesNotMatch(lutGalleryHtml({ ...gallery(), unreadable: [] }), /Could not be read/);
    const cells = [...rows[0]!.matchAll(/<td[^>]*><div>([^<]*)</g)].map(([, text]) => text);
    const { sha256, metrics } = gallery().entries[0]!;
    assert.deepEqual(cells, [
      'mul8u_9',
      'uint8 × uint8',
      '8',
      '9.00',
      (100 * metrics.mred).toFixed(2),
      '9',
      '100',
      '−9.00',
      '81.0',
      '10',
      '0.4',
      sha256.slice(0, 12),
    ]);
  });

  test('what is not known is a dash without a value to sort by', () => {
    const exact = rowsOf(lutGalleryHtml(gallery()))[3]!;
    assert.equal(exact.match(/<td class="number"><div>–<\/div>/g)!.length, 2);
    assert.match(exact, /<td class="long" data-search=""><div>–<\/div>/);
  });

  test('a thumbnail shows the errors, and its scale stands below', async () => {
    const entry = galleryEntry('s.txt', slanted, { knownAs: null, rank: null, power: null });
    const [row] = rowsOf(lutGalleryHtml({ folder: 'f', entries: [entry], unreadable: [] }));
    const image = await decode(/<img src="([^"]*)"/.exec(row!)![1]!);
    assert.deepEqual([image.width, image.height], [64, 64]);
    // The error is the weight.
    for (let x = 0; x < 64; x++) assert.equal(reading(image.at(x, x)).sign, x < 32 ? -1 : 1);
    assert.match(row!, /<img [^>]*>±127</);
    const [exact] = rowsOf(lutGalleryHtml(gallery())).filter((html) => html.includes('>exact</div></div>'));
    assert.match(exact!, /<img [^>]*>exact</);
  });

  test('names from files are text, in content and in attributes', () => {
    const page = lutGalleryHtml(gallery());
    assert.equal(page.match(/<script/g)!.length, 1);
    assert.equal(page.match(/<img/g)!.length, 5);
    assert.doesNotMatch(page, /[^\P{Cc}\n]|[\u202e\ud800\uffff]/u);
    assert.match(page, /data-value="&lt;\/title&gt;&lt;\/script&gt;&lt;script&gt;alert\(&quot;1&quot;\)/);
  });

  test('every figure is one, whatever the table', () => {
    const known = { knownAs: null, rank: null, power: null };
    const entries = analysisCases().map((multiplier, i) => galleryEntry(`${i}.txt`, multiplier, known));
    const page = lutGalleryHtml({ folder: 'f', entries, unreadable: [] });
    const shown = page.replace(/src="data:[^"]*"|<script>[\s\S]*?<\/script>/g, '');
    assert.doesNotMatch(shown, /NaN|Infinity|undefined|null/);
  });

  test('is of moderate size for many tables', () => {
    const random = analysisCases().find(({ name }) => name.startsWith('random') && name.endsWith('8'))!;
    const entry = galleryEntry('r.txt', random, { knownAs: null, rank: null, power: null });
    const page = lutGalleryHtml({ folder: 'f', entries: Array(500).fill(entry), unreadable: [] });
    // Noise is what compresses worst.
    assert.ok(page.length < 500 * 8000, `${page.length} bytes`);
  });
});
