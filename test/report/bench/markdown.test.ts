import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { code, fitSections, type MarkdownSection } from '../../../src/report/bench/markdown.js';
import { fc } from '../../support/property.js';

describe('code in Markdown', () => {
  test('is a span where that is safe, else an element with references', () => {
    assert.equal(code('mul8s_1KVL'), '`mul8s_1KVL`');
    assert.equal(code('<b> *x* @all'), '`<b> *x* @all`');
    assert.equal(code('a|b'), '<code>a&#124;b</code>');
    assert.equal(code('a\\b'), '<code>a&#92;b</code>');
    assert.equal(code('`\\'), '<code>&#96;&#92;</code>');
    assert.equal(code(''), '<code></code>');
    assert.equal(code('a\nb\u001b'), '`a�b�`');
    assert.equal(code('abcdefghij', 5), '`a…hij`');
  });
});

describe('fitting a document', () => {
  const size = (text: string) => text.length;
  const section = (name: string, rows: number): MarkdownSection => ({
    head: [`# ${name}`, ''],
    rows: Array.from({ length: rows }, (_, i) => `${name} ${i}`),
    tail: ['', 'end'],
  });

  test('leaves everything where there is room', () => {
    const whole = '# a\n\na 0\na 1\n\nend\n# b\n\n\nend\n';
    const parts = [section('a', 2), section('b', 0)];
    assert.equal(fitSections(parts, whole.length, size), whole);
    assert.notEqual(fitSections(parts, whole.length - 1, size), whole);
  });

  test('never exceeds the limit, keeps first rows, and accounts for every row', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(60), { maxLength: 5 }),
        fc.integer({ min: 0, max: 2000 }),
        (counts, room) => {
          const sections = counts.map((rows, i) => section(String.fromCharCode(97 + i), rows));
          // Heads, tails and a note for each section always find room.
          const limit = 130 * counts.length + 1 + room;
          const text = fitSections(sections, limit, size);
          assert.ok(text.length <= limit, `${text.length} > ${limit}`);
          counts.forEach((rows, i) => {
            const name = String.fromCharCode(97 + i);
            const kept = [...text.matchAll(new RegExp(`^${name} (\\d+)$`, 'gm'))].map(([, n]) => Number(n));
            assert.deepEqual(
              kept,
              Array.from({ length: kept.length }, (_, n) => n),
            );
            const part = text.slice(text.indexOf(`# ${name}`)).split('end')[0]!;
            const missing = /_(\d+) more rows? (?:is|are) left out/.exec(part)?.[1] ?? 0;
            assert.equal(kept.length + Number(missing), rows);
          });
        },
      ),
    );
  });

  test('short sections stay whole, long ones share what they leave', () => {
    const text = fitSections([section('a', 60), section('b', 3), section('c', 60)], 700, size);
    const kept = (name: string) => text.match(new RegExp(`^${name} \\d+$`, 'gm'))!.length;
    assert.equal(kept('b'), 3);
    assert.ok(kept('a') > 10 && Math.abs(kept('a') - kept('c')) <= 1, `${kept('a')} and ${kept('c')}`);
  });
});
