import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { plotRecord } from '../../../src/lut/plot_record.js';
import { lutHtml } from '../../../src/report/lut/plot_html.js';
import { hostileName, named, plotRecords, slanted } from './plot_fixture.js';

describe('the page of a multiplier', () => {
  test('holds the whole table', () => {
    for (const record of plotRecords()) {
      const page = lutHtml(record);
      const [, attributes, base64] = /<script id="table" ([^>]*)>([^<]*)<\/script>/.exec(page)!;
      const bytes = Buffer.from(base64!, 'base64');
      const { table, bits } = record.multiplier;
      const read = Int32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readInt32LE(4 * i));
      assert.deepEqual(read, table);
      assert.ok(attributes!.includes(`data-size="${2 ** bits}"`));
      assert.ok(attributes!.includes(`data-first-activation="${record.firstActivation}"`));
      assert.ok(attributes!.includes(`data-first-weight="${record.firstWeight}"`));
    }
  });

  test('has figures for all that it states', () => {
    for (const record of plotRecords()) {
      const page = lutHtml(record).replace(/href="data:[^"]*"|<script[\s\S]*?<\/script>/g, '');
      assert.doesNotMatch(page, /NaN|Infinity|undefined|null/, record.multiplier.name);
    }
  });

  test('loads nothing', () => {
    const page = lutHtml(plotRecord(slanted));
    for (const [, address] of page.matchAll(/(?:href|src)="([^"]*)"/g)) assert.match(address!, /^data:/);
    assert.doesNotMatch(page, /url\(|@import|<link|<iframe|fetch\(/);
  });

  test('names from files are text', () => {
    const page = lutHtml(plotRecord(named(hostileName)));
    // The data and the page's own.
    assert.equal(page.match(/<script/g)!.length, 2);
    assert.equal(page.match(/<\/script/g)!.length, 2);
    assert.doesNotMatch(page, /<img|[^\P{Cc}\n]|[\u202e\ud800\uffff]/u);
  });
});
