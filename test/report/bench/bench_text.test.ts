import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { renderBenchText } from '../../../src/report/bench/bench_text.js';
import type { BenchReport } from '../../../src/report/bench/results.js';
import { benchReport, entries, hostileReport, manyEntries } from './bench_fixture.js';

const plain = (report: BenchReport, width = 100) => renderBenchText(report, { color: false, width });

/** The lines that begin with a mark, or with the place of one, and then one of the multipliers. */
const resultRows = (text: string) =>
  text.split('\n').filter((line) => /^(pass|FAIL|\? {3}| {4}) (mul8s_|drum3_)/.test(line));

describe('the text report of a benchmark', () => {
  test('fits every width from 80 to 140', () => {
    for (const report of [benchReport(), hostileReport(), manyEntries(3), benchReport({ baseline: null })]) {
      for (let width = 80; width <= 140; width++) {
        for (const line of plain(report, width).split('\n')) {
          assert.ok([...line].length <= width, `${[...line].length} > ${width}: ${line}`);
        }
      }
    }
  });

  test('entries by model, then by accuracy, failed ones last', () => {
    const order = resultRows(plain(benchReport())).map((line) => line.slice(5).split(' ')[0]);
    const first = ['mul8s_1KV8', 'mul8s_1KV9', 'drum3_int8', 'mul8s_1KVL', 'mul8s_1KR3'];
    const second = ['mul8s_1KV8', 'mul8s_1KV9', 'mul8s_1KVL', 'mul8s_1KR3', 'drum3_int8'];
    assert.deepEqual(order, [...first, ...second]);
    assert.match(
      plain(benchReport()),
      /^lenet-digits · 61\.7 k parameters · 417 k MACs · synthetic-digits, 5,000 samples\n(?:.*\n){5}\nresnet20-cifar10 · /m,
    );
  });

  test('each row has its verdict, accuracy and drops with intervals, change, power and time', () => {
    const text = plain(benchReport());
    assert.match(
      text,
      /^FAIL mul8s_1KR3 +94\.22 93\.54–94\.83 +4\.34 +4\.04…4\.64 +4\.42 +−0\.46 +29\.6 +12\.3 s$/m,
    );
    assert.match(text, /^\? {4}mul8s_1KVL +97\.20 /m);
    assert.match(text, /^ {5}drum3_int8 +97\.82 .* – +12\.3 s$/m);
    assert.match(text, /^pass mul8s_1KV8 +98\.56 .* cached$/m);
    assert.match(text, /^pass mul8s_1KV9 +98\.50 .* ≈\+0\.02 /m);
    assert.match(text, /^pass mul8s_1KV9 +91\.63 .* new +96\.5 /m);
    const narrow = plain(benchReport(), 80);
    assert.match(narrow, /^FAIL mul8s_1KR3 +94\.22 93\.54–94\.83 +4\.34 +4\.42 +−0\.46 +29\.6$/m);
  });

  test('why an entry failed and how one was before retraining stand below it', () => {
    const text = plain(benchReport(), 140);
    assert.match(
      text,
      /^FAIL drum3_int8 +– .*\n {4}could not be evaluated: luts\/drum3_int8\.txt:17: expected 256 products, got 255; write/m,
    );
    assert.match(
      text,
      /^pass mul8s_1KVL +90\.98 .*\n {4}retrained; before that 89\.12 %, loss 0\.410, now 0\.370$/m,
    );
  });

  test('gates that did not pass have a table of their own, undecided ones with the images they need', () => {
    const text = plain(benchReport());
    const start = text.indexOf('gates not passed');
    const lines = text.slice(start).split('\n').slice(1, 5);
    assert.deepEqual(
      lines.map((line) => line.replace(/ +/g, ' ')),
      [
        'FAIL lenet-digits · mul8s_1KR3 minTop1 ≥ 97 94.22 93.82…94.62',
        'FAIL lenet-digits · mul8s_1KR3 maxDrop.exact ≤ 2 4.34 4.04…4.64',
        'FAIL resnet20-cifar10 · mul8s_1KR3 maxDrop.exact ≤ 1 19.64 19.39…19.89',
        '? lenet-digits · mul8s_1KVL minTop1 ≥ 97 97.20 96.80…97.60 31,400 images',
      ],
    );
    const only = (wanted: string) => entries().filter(({ verdict }) => verdict === wanted);
    assert.doesNotMatch(plain(benchReport({ entries: only('pass') })), /gates not passed|images/);
    assert.doesNotMatch(plain(benchReport({ entries: only('fail') })), /decided by/);
  });

  test('layers of a sensitivity, the worst first', () => {
    const text = plain(benchReport());
    assert.match(
      text,
      /^resnet20-cifar10 · mul8s_1KR3: layers approximate one at a time\nthis layer alone .*\n\/layer1\/layer1\.0\/conv1\/Conv +2\.36 M +88\.56 +3\.12 +2\.91…3\.33\n\/conv1\/Conv .*\n\/layer3\/layer3/m,
    );
  });

  test('ends with the counts, what to do and the outcome', () => {
    const lines = plain(benchReport(), 140).trimEnd().split('\n');
    assert.deepEqual(lines.slice(-8), [
      '10 entries: 9 evaluated, 3 of them from the cache, 1 failed, 13 min 25 s.',
      'Verdicts: 3 FAIL, 1 undecided, 5 pass, 1 without gates.',
      'Baseline: 8 entries compared, 1 better and 2 worse beyond their 95 % interval, 1 new, 1 stale.',
      'Stale: lenet-digits · mul8s_1L2H.',
      '→ One entry could not be evaluated: mend the cause and run the suite again.',
      '→ The 95 % interval of 1 gate contains the limit: about 31,400 images would decide it.',
      '→ The baseline and the suite do not have the same entries: write the baseline anew where that is meant.',
      'FAIL: nightly',
    ]);
  });

  test('columns that no entry has a figure for are left out', () => {
    const bare = entries().map((entry) => ({ ...entry, baseline: null, relativePower: null }));
    const text = plain(benchReport({ baseline: null, entries: bare }));
    assert.doesNotMatch(text, /change|power|baseline| new /i);
    assert.match(plain(benchReport()), /≈: the baseline's entry has the same name/);
    const others = entries().filter(({ baseline }) => baseline?.match !== 'name');
    assert.doesNotMatch(plain(benchReport({ entries: others })), /≈/);
  });

  test('an interrupted run and a shard say so', () => {
    const part = benchReport({
      complete: false,
      shard: { index: 2, count: 3 },
      entries: entries().slice(0, 4),
    });
    const text = plain({ ...part, suite: { ...part.suite, entries: 10 } });
    assert.match(text.split('\n')[3]!, /^INCOMPLETE/);
    assert.match(text, /^Shard 2 of 3, 4 of 10 entries: 4 evaluated/m);
    assert.match(text, /^→ The run was interrupted, entries are missing/m);
    assert.match(text, /^→ This is one of 3 shards: merge/m);
    assert.match(plain(benchReport({ entries: [] })), /^no gates: nightly$/m);
  });

  test('colour changes nothing but the colour, and tells better from worse', () => {
    const colored = renderBenchText(benchReport(), { color: true, width: 100 });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escapes are the subject
    assert.equal(colored.replace(/\u001b\[\d+m/g, ''), plain(benchReport()));
    const painted = (color: number, text: string) => colored.includes(`\u001b[${color}m${text}\u001b[39m`);
    assert.ok(painted(32, 'pass') && painted(31, 'FAIL') && painted(33, '?   '));
    assert.ok(painted(32, '+0.34') && painted(31, '−0.46'));
    // A layer that costs something for sure, and one that may not.
    assert.ok(painted(31, '3.12') && !painted(31, '−0.02'));
    assert.ok(colored.includes('\u001b[2m0.00\u001b[22m') && colored.includes('\u001b[2mcached\u001b[22m'));
  });

  test('names cannot smuggle terminal sequences or lines', () => {
    const text = plain(hostileReport(), 140);
    assert.doesNotMatch(text, /[^\P{Cc}\n]|[\u202a-\u202e\p{Cs}]/u);
    assert.doesNotMatch(text, /^::/m);
    assert.equal(
      text.split('\n').filter((line) => /^(pass|FAIL|\?) /.test(line)).length,
      plain(benchReport(), 140)
        .split('\n')
        .filter((line) => /^(pass|FAIL|\?) /.test(line)).length,
    );
  });
});
