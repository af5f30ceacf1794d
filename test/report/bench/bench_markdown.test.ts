import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  commentMarker,
  renderBenchMarkdown,
  renderBenchSummary,
} from '../../../src/report/bench/bench_markdown.js';
import { benchReport, entries, hostileReport, manyEntries } from './bench_fixture.js';

/** What is left of a document without code spans and the few tags that it may have. */
const outsideOfCode = (text: string) =>
  text
    .replace(/^<!-- .* -->\n/, '')
    .replace(/`[^`\n]*`/g, 'code')
    .replace(/<code>[^<\n]*<\/code>/g, 'code')
    .replace(/<\/?(details|summary)>/g, '');

/** Rows below the heading or summary with this title. */
function rowsBelow(text: string, title: string): string[] {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.includes(title));
  assert.ok(start >= 0, title);
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => /^(<|###)/.test(line));
  return rest.slice(0, end < 0 ? undefined : end).filter((line) => /^(\| |- )/.test(line));
}

describe('the Markdown report of a benchmark', () => {
  test('begins with a marker, then the verdict', () => {
    const [marker, title, blank, summary] = renderBenchMarkdown(benchReport()).split('\n');
    assert.equal(marker, '<!-- approxtorch bench: nightly -->');
    assert.equal(marker, commentMarker('nightly'));
    assert.equal(title, '## FAIL: approxtorch bench `nightly`');
    assert.equal(blank, '');
    assert.match(
      summary!,
      /^10 entries: .* Verdicts: 3 FAIL, 1 undecided, 5 pass, 1 without gates\. Baseline: /,
    );
  });

  test('what did not pass comes before all results, those before details', () => {
    const text = renderBenchMarkdown(benchReport());
    const titles = [...text.matchAll(/^### (.*)$|<summary>(.*?)(?:: \d+)?<\/summary>/gm)];
    assert.deepEqual(
      titles.map(([, heading, folded]) => heading ?? folded),
      [
        'Gates not passed',
        'Not evaluated',
        'Results',
        'Changes against the baseline',
        'Entries of the baseline without a match',
        'Entries that the baseline lacks',
        'Warnings',
        'Layers approximate one at a time',
        'Multipliers',
        'Models, data and machine',
      ],
    );
    assert.deepEqual(rowsBelow(text, 'Entries of the baseline'), ['- `lenet-digits · mul8s_1L2H`']);
    assert.deepEqual(rowsBelow(text, 'Changes against').slice(2), [
      '| `lenet-digits · mul8s_1KVL` | 96.86 | 97.20 | +0.34 | 0.19…0.49 |',
      '| `lenet-digits · mul8s_1KR3` | 94.68 | 94.22 | −0.46 | −0.61…−0.31 |',
      '| `resnet20-cifar10 · mul8s_1KR3` | 73.07 | 72.04 | −1.03 | −1.18…−0.88 |',
    ]);
    assert.deepEqual(rowsBelow(text, 'Gates not passed').slice(2)[3]!.split(' | '), [
      '| undecided',
      '`lenet-digits · mul8s_1KVL`',
      '`minTop1`',
      '≥ 97',
      '97.20',
      '96.80…97.60',
      'about 31,400 images |',
    ]);
  });

  test('every entry is a row with as many cells as the head', () => {
    for (const report of [benchReport(), hostileReport(), benchReport({ baseline: null })]) {
      const text = renderBenchMarkdown(report);
      const [head, rule, ...rows] = rowsBelow(text, '### Results');
      assert.equal(rows.length, 10);
      assert.match(rule!, /^\| --- \| --- (\| --: )+\|$/);
      const bars = (line: string) => line.split('|').length;
      for (const row of [rule!, ...rows]) assert.equal(bars(row), bars(head!), row);
    }
    assert.match(
      renderBenchMarkdown(benchReport()),
      /^\| \*\*FAIL\*\* \| `lenet-digits · mul8s_1KR3` \| 94\.22 \| 93\.54–94\.83 \| 4\.34 \| 4\.04…4\.64 \| 4\.42 \| \*\*−0\.46\*\* \| 29\.6 \|$/m,
    );
  });

  test('sections without rows are left out', () => {
    const passing = entries().filter(({ verdict }) => verdict === 'pass');
    const text = renderBenchMarkdown(
      benchReport({ entries: passing, baseline: null, warnings: [], multipliers: [] }),
    );
    assert.deepEqual(
      [...text.matchAll(/^### .*$|<summary>.*<\/summary>/gm)].map(String),
      ['### Results', '<summary>Models, data and machine: 8</summary>'].map((line) => line.replace('8', '7')),
    );
    assert.equal(text.split('\n')[1], '## pass: approxtorch bench `nightly`');
  });

  test('names are neither markup nor links nor calls', () => {
    const text = renderBenchMarkdown(hostileReport());
    const [marker] = text.split('\n');
    assert.equal(marker!.indexOf('>'), marker!.length - 1);
    assert.doesNotMatch(outsideOfCode(text), /[<>@`\\~[\]]|:\/\/|&(?!#\d+;)/);
    assert.doesNotMatch(text, /[^\P{Cc}\n]|[\u202e\p{Cs}]/u);
    // A code span cannot hold what a table or the span itself ends at.
    for (const [span] of text.matchAll(/`[^`\n]*`/g)) assert.doesNotMatch(span, /[|\\]/);
    assert.equal(text.match(/<details>/g)!.length, text.match(/<\/details>/g)!.length);
  });

  test('a long one keeps to the limit and counts what it leaves out', () => {
    const count = 2000;
    const report = manyEntries(count);
    const text = renderBenchMarkdown(report);
    assert.ok(text.length <= 65_536 && text.length > 60_000, `${text.length} characters`);
    const kept = (title: string, head: number) => {
      const part = text.slice(text.indexOf(title)).split('</details>')[0]!;
      const missing = /^_([\d,]+) more rows are left out/m.exec(part)?.[1]?.replace(',', '');
      const rows = rowsBelow(text, title).length - head;
      return { rows, all: rows + Number(missing ?? 0) };
    };
    for (const [title, head, all] of [
      ['<summary>Gates not passed', 2, 2 * count],
      ['<summary>Results', 2, count],
      ['<summary>Entries of the baseline', 0, count],
    ] as const) {
      const found = kept(title, head);
      assert.equal(found.all, all, title);
      assert.ok(found.rows > 100 && found.rows < 1000, `${title}: ${found.rows} rows`);
    }
    assert.equal(kept('<summary>Multipliers', 2).rows, 5, 'short parts are whole');
    assert.equal(text.match(/<details>/g)!.length, text.match(/<\/details>/g)!.length);

    const summary = renderBenchSummary(report);
    assert.ok(Buffer.byteLength(summary) <= 2 ** 20, `${Buffer.byteLength(summary)} bytes`);
    assert.equal(rowsBelow(summary, '<summary>Gates not passed').length - 2, 2 * count);
    assert.equal(rowsBelow(summary, '<summary>Results').length - 2, count);
    const most = renderBenchSummary(manyEntries(10_000));
    assert.ok(Buffer.byteLength(most) <= 2 ** 20 && Buffer.byteLength(most) > 1_000_000);
  });

  test('long names do not break the limit', () => {
    const long = (text: string) => text + '|'.repeat(100_000);
    const report = benchReport();
    const list = report.entries.map((entry) => ({
      ...entry,
      id: long(entry.id),
      error: entry.error && long('e'),
    }));
    const text = renderBenchMarkdown({
      ...report,
      entries: list,
      suite: { ...report.suite, name: long('s'), file: long('f') },
      warnings: [long('w')],
    });
    assert.ok(text.length <= 65_536, `${text.length} characters`);
    assert.equal(rowsBelow(text, '### Results').length, 12);
  });
});
