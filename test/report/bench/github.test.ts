import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { renderGithubAnnotations } from '../../../src/report/bench/github.js';
import type { BenchReport } from '../../../src/report/bench/results.js';
import { benchReport, entries, hostileReport, manyEntries } from './bench_fixture.js';

/** Reads commands as the runner does: the first `::` after the properties ends them, then escapes are undone. */
function commands(report: BenchReport) {
  const text = renderGithubAnnotations(report);
  assert.ok(text.endsWith('\n'));
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => {
      const match = /^::(error|warning|notice) (.*?)::(.*)$/.exec(line);
      assert.ok(match, line);
      const [, level, properties, data] = match;
      const decode = (escaped: string) =>
        escaped.replace(/%(0A|0D|25|3A|2C)/g, (_, code: string) =>
          String.fromCharCode(Number.parseInt(code, 16)),
        );
      const named = Object.fromEntries(properties!.split(',').map((property) => property.split('=', 2)));
      assert.ok(
        Object.keys(named).every((name) => name === 'file' || name === 'title'),
        line,
      );
      return {
        level: level!,
        file: named.file === undefined ? undefined : decode(named.file),
        title: decode(properties!.split(',').at(-1)!.slice('title='.length)),
        message: decode(data!),
      };
    });
}

describe('annotations on GitHub', () => {
  test('errors for what fails, warnings for what is open, a notice with the summary', () => {
    const all = commands(benchReport());
    assert.deepEqual(
      all.map(({ level, title }) => `${level} ${title}`),
      [
        'error lenet-digits · mul8s_1KR3',
        'error resnet20-cifar10 · drum3_int8',
        'error resnet20-cifar10 · mul8s_1KR3',
        'warning lenet-digits · mul8s_1KVL',
        'warning approxtorch bench: nightly',
        'warning approxtorch bench: nightly',
        'notice approxtorch bench: nightly',
        'notice approxtorch bench: nightly',
      ],
    );
    assert.ok(all.every(({ file }) => file === 'suites/nightly.yaml'));
    assert.equal(
      all[0]!.message,
      'minTop1 is 94.22 % (95 %: 93.82…94.62), the limit is ≥ 97\nmaxDrop.exact is 4.34 points (95 %: 4.04…4.64), the limit is ≤ 2',
    );
    assert.match(all[3]!.message, /about 31,400 images would decide it$/);
    assert.match(all[4]!.message, /lenet-digits · mul8s_1L2H$/);
    assert.match(all[6]!.message, /^FAIL\n10 entries: 9 evaluated/);
    assert.match(all[7]!.message, /^Not in the baseline:\nresnet20-cifar10 · mul8s_1KV9$/);
  });

  test('a suite made from flags has no file; an interruption is a warning', () => {
    const { suite } = benchReport();
    const passing = entries().filter(({ verdict }) => verdict === 'pass');
    const all = commands(
      benchReport({
        suite: { ...suite, file: null },
        entries: passing,
        complete: false,
        baseline: null,
        warnings: [],
      }),
    );
    assert.deepEqual(
      all.map(({ level, file }) => [level, file]),
      [
        ['warning', undefined],
        ['notice', undefined],
      ],
    );
  });

  test('no more than ten of a level; the last one counts the rest', () => {
    const report = manyEntries(25);
    const all = commands({ ...report, warnings: Array.from({ length: 10 }, (_, i) => `warning ${i}`) });
    const errors = all.filter(({ level }) => level === 'error');
    assert.equal(errors.length, 10);
    assert.equal(errors[8]!.title, 'lenet-digits · mul8s_1KV8 · seed 8');
    assert.equal(errors[9]!.title, 'and 16 more');
    const warnings = all.filter(({ level }) => level === 'warning');
    // One for stale entries, of which five are named, and ten.
    assert.equal(warnings.length, 10);
    assert.match(warnings[0]!.message, /seed 4 before\nand 20 more$/);
    assert.equal(warnings[9]!.title, 'and 2 more');
    assert.equal(commands(manyEntries(10)).filter(({ level }) => level === 'error').length, 10);
  });

  test('names can neither begin a command nor end one', () => {
    const report = hostileReport();
    const text = renderGithubAnnotations(report);
    assert.doesNotMatch(text, /[^\P{Cc}\n]|[\u202e\p{Cs}]/u);
    assert.equal(text.split('\n').length, renderGithubAnnotations(benchReport()).split('\n').length);
    const [first] = commands(report);
    assert.match(first!.title, /^=cmd\|'\/c calc'!A1,"q";/);
    assert.ok(commands(report).some(({ message }) => message.includes('::error::%0A')));
  });
});
