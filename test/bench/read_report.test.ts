import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { loadBenchReport, readBenchReport } from '../../src/bench/read_report.js';
import { benchReporters } from '../../src/report/bench/reporters.js';
import type { BenchReport } from '../../src/report/bench/results.js';
import { renderJson } from '../../src/report/json.js';
import { UserError } from '../../src/util/errors.js';
import { Random } from '../../src/util/random.js';
import { benchReport, hostileReport, manyEntries } from '../report/bench/bench_fixture.js';
import { userError } from '../support/errors.js';
import { replaced } from '../support/hostile.js';
import { mutate } from '../support/mutate.js';
import { temporaryFolder } from '../support/temporary.js';

const bytesOf = (report: object) => Buffer.from(renderJson(report));
const refused = (document: unknown, ...patterns: RegExp[]) =>
  assert.throws(
    () => readBenchReport(bytesOf(document as object), 'r.json'),
    userError(/^r\.json: /, /write it with approxtorch bench/, ...patterns),
  );

/** Paths of all fields. */
function places(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (value === null || typeof value !== 'object') return [path];
  return [
    path,
    ...Object.entries(value).flatMap(([key, item]) =>
      places(item, [...path, Array.isArray(value) ? Number(key) : key]),
    ),
  ];
}

const { html: _page, ...textReporters } = benchReporters;

/** Prints the `count`-th report in every way; pages, which take a hundred times as long, of one in twenty. */
async function printInEveryWay(report: BenchReport, count: number): Promise<void> {
  const renderers = Object.values(count % 20 === 0 ? benchReporters : textReporters);
  for (const render of renderers) await render(report, { color: false, width: 80 });
}

/** One entry of each kind, so that every field occurs and there are not too many. */
function small(): BenchReport {
  const report = benchReport();
  const wanted = [2, 6, 7];
  const list = report.entries.filter((_, index) => wanted.includes(index));
  return { ...benchReport({ entries: list }), multipliers: report.multipliers.slice(2, 3) };
}

describe('reading a stored report', () => {
  test('gives back what was written', () => {
    for (const report of [
      benchReport(),
      manyEntries(3),
      benchReport({ entries: [], baseline: null, shard: { index: 1, count: 4 } }),
    ]) {
      assert.deepEqual(readBenchReport(bytesOf(report), 'r.json'), report);
    }
    const hostile = readBenchReport(bytesOf(hostileReport()), 'r.json');
    // UTF-8 has no lone surrogates.
    assert.equal(JSON.stringify(hostile), JSON.stringify(hostileReport()));
  });

  test('numbers that JSON does not have', () => {
    const report = small();
    const wild = replaced(
      replaced(report, ['multipliers', 0, 'metrics', 'mred'], Number.NaN),
      ['entries', 0, 'approx', 'loss'],
      Infinity,
    );
    const open = replaced(wild, ['entries', 0, 'gates', 0, 'imagesNeeded'], Infinity);
    const full = replaced(open, ['entries', 0, 'layers', 1, 'sqnr'], -Infinity);
    assert.deepEqual(readBenchReport(bytesOf(full as object), 'r.json'), full);
  });

  test('a byte order mark and fields of later versions do not matter', () => {
    const report = small();
    const later = { ...report, later: 1, entries: report.entries.map((entry) => ({ ...entry, later: [] })) };
    const bytes = Buffer.concat([Buffer.from('\ufeff'), bytesOf(later)]);
    assert.deepEqual(readBenchReport(bytes, 'r.json'), report);
  });

  test('a missing field is named, wherever it is', () => {
    const report = small();
    const named = places(report)
      .filter((path) => path.length > 0 && typeof path.at(-1) === 'string')
      // Reports of older versions have none.
      .filter((path) => path.at(-1) !== 'gpus');
    assert.ok(named.length > 200, `${named.length} fields`);
    for (const path of named) {
      refused(replaced(report, path, undefined), new RegExp(`'${path.join('\\.')}'`));
    }
  });

  test('what has the wrong type or range is named', () => {
    const report = small();
    const wrong = (path: (string | number)[], value: unknown, ...patterns: RegExp[]) =>
      refused(replaced(report, path, value), new RegExp(`'${path.join('\\.')}`), ...patterns);
    wrong(['schemaVersion'], 2, /expected 1/);
    wrong(['command'], 'eval', /expected "bench"/);
    wrong(['suite', 'sha256'], 'abc', /64 hexadecimal digits/);
    wrong(['entries', 0, 'approx', 'top1'], 1.01);
    wrong(['entries', 0, 'approx', 'top1'], 'inf');
    wrong(['entries', 0, 'approx', 'top1Interval'], [0.9, 0.8], /lower end first/);
    wrong(['entries', 0, 'approx', 'loss'], 'infinite', /expected a number, "inf"/);
    wrong(['entries', 0, 'gates', 0, 'gate'], 'maxDrop', /minTop1/);
    wrong(['entries', 0, 'samples'], 1.5);
    wrong(['entries', 0, 'seconds'], -1);
    wrong(['entries', 0, 'id'], ['a']);
    refused(
      replaced(report, ['multipliers', 0, 'errorMap', 'size'], 3),
      /'multipliers\.0\.errorMap': expected size × size means/,
    );
    wrong(['entries'], {});
  });

  test('fields that contradict each other are named', () => {
    const report = small();
    const wrong = (path: (string | number)[], value: unknown, field: string, ...patterns: RegExp[]) =>
      refused(replaced(report, path, value), new RegExp(`'${field}'`), ...patterns);
    wrong(['models', 1, 'name'], 'lenet-digits', 'models.1.name', /appears twice/);
    wrong(['entries', 1, 'id'], report.entries[0]!.id, 'entries.1.id', /appears twice/);
    wrong(['entries', 0, 'approx'], null, 'entries.0.approx', /done/);
    wrong(['entries', 1, 'error'], null, 'entries.1.error', /failed/);
    wrong(
      ['entries', 0, 'exact', 'correctBits'],
      'AAAA',
      'entries.0.exact.correctBits',
      /625 bytes .* got 3/,
    );
    wrong(
      ['entries', 0, 'exact', 'correct'],
      4927,
      'entries.0.exact.correctBits',
      /4927 samples .* got 4928/,
    );
    wrong(['entries', 0, 'verdict'], 'pass', 'entries.0.verdict', /expected undecided, .* got pass/);
    wrong(['entries', 1, 'verdict'], null, 'entries.1.verdict', /expected fail/);
    wrong(['entries', 0, 'gates', 1, 'gate'], 'minTop1', 'entries.0.gates.1.gate', /appears twice/);
    wrong(['summary', 'fail'], 0, 'summary.fail', /expected 1, .* got 0/);
    wrong(['summary', 'cached'], 9, 'summary.cached');
  });

  test('bits beyond the samples are refused', () => {
    const report = small();
    const entry = { ...report.entries[0]!, samples: 3, float: null, exact: null, tuned: null };
    const withBits = (byte: number, correct: number) => {
      const approx = { ...entry.approx!, correct, correctBits: Buffer.from([byte]).toString('base64') };
      return { ...report, entries: [{ ...entry, approx }, ...report.entries.slice(1)] };
    };
    readBenchReport(bytesOf(withBits(0b101, 2)), 'r.json');
    refused(withBits(0b1001, 2), /'entries\.0\.approx\.correctBits': has bits beyond the 3 samples/);
  });

  test('what is no report is refused in one line', () => {
    for (const text of ['', '{', 'null', '[]', '"x"', '{"a":1}', 'a\nb', '\u0000', '[1e999]']) {
      assert.throws(() => readBenchReport(Buffer.from(text), 'r.json'), userError(/^r\.json: not /));
    }
    assert.throws(() => readBenchReport(Buffer.from([0xff, 0xfe, 0x7b]), 'r.json'), userError(/UTF-8/));
    for (const open of ['[', '{"a":', '{"entries":[[']) {
      const deep = Buffer.from(open.repeat(500_000));
      assert.throws(() => readBenchReport(deep, 'r.json'), userError(/^r\.json: not JSON/));
    }
    const nested = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const within = renderJson(small()).replace('"warnings": [', `"warnings": [${nested},`);
    assert.notEqual(within, renderJson(small()));
    assert.throws(() => readBenchReport(Buffer.from(within), 'r.json'), userError(/'warnings\.0'/));
  });

  test('a file that is too large, missing or a folder', async () => {
    const folder = temporaryFolder();
    const huge = new Uint8Array(256 * 2 ** 20 + 1);
    assert.throws(() => readBenchReport(huge, 'r.json'), userError(/has 268435457 bytes, expected/));
    await assert.rejects(loadBenchReport(join(folder, 'no.json')), userError(/no such file/));
    await assert.rejects(loadBenchReport(folder), userError(/is a directory/));
    const file = join(folder, 'r.json');
    writeFileSync(file, bytesOf(small()));
    assert.deepEqual(await loadBenchReport(file), small());
  });

  test('a damaged file is refused, or read as a report that every reporter prints', async () => {
    const sound = bytesOf(small());
    const random = new Random(7);
    let read = 0;
    for (let i = 0; i < 800; i++) {
      let report: BenchReport;
      try {
        report = readBenchReport(mutate(sound, random), 'r.json');
      } catch (error) {
        assert.ok(error instanceof UserError, String(error));
        assert.doesNotMatch(error.message, /\n/);
        continue;
      }
      await printInEveryWay(report, read);
      read += 1;
    }
    assert.ok(read > 10 && read < 700, `${read} of 800 read`);
  });

  test('a hostile value in any place is refused, or read as a report that every reporter prints', async () => {
    const report = small();
    const values = [-1, 0, 0.5, 2 ** 53, 1e300, '', 'x', 'inf', null, true, [], {}, [1, 2], '\u202e'];
    const random = new Random(8);
    let refusals = 0;
    let prints = 0;
    const all = places(report).filter((path) => path.length > 0);
    for (const path of all) {
      for (let i = 0; i < 3; i++) {
        const document = replaced(report, path, values[random.integer(values.length)]);
        let read: BenchReport;
        try {
          read = readBenchReport(bytesOf(document as object), 'r.json');
        } catch (error) {
          assert.ok(error instanceof UserError, String(error));
          refusals += 1;
          continue;
        }
        await printInEveryWay(read, prints);
        prints += 1;
      }
    }
    assert.ok(refusals > all.length, `${refusals} refusals in ${all.length} places`);
  });
});
