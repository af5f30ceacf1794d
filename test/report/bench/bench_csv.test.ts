import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { renderBenchCsv } from '../../../src/report/bench/bench_csv.js';
import { csv } from '../../../src/report/bench/csv.js';
import type { BenchReport } from '../../../src/report/bench/results.js';
import { benchReport, hostileReport, hostileText } from './bench_fixture.js';

/** RFC 4180, character by character; fails at what the grammar does not allow. */
function parse(text: string): string[][] {
  const rows: string[][] = [[]];
  let at = 0;
  while (at < text.length) {
    let cell = '';
    if (text[at] === '"') {
      for (at++; ; at++) {
        assert.ok(at < text.length, 'a quote is not closed');
        if (text[at] !== '"') cell += text[at];
        else if (text[++at] === '"') cell += '"';
        else break;
      }
    } else {
      while (at < text.length && !/[,\r\n"]/.test(text[at]!)) cell += text[at++];
    }
    rows.at(-1)!.push(cell);
    if (text[at] === ',') {
      at++;
    } else {
      assert.equal(text.slice(at, at + 2), '\r\n', `at ${at}`);
      at += 2;
      rows.push([]);
    }
  }
  assert.deepEqual(rows.pop(), [], 'the last line ends');
  return rows;
}

const table = (report: BenchReport) => {
  const [header, ...rows] = parse(renderBenchCsv(report));
  return { header: header!, rows: rows.map((row) => new Map(header!.map((name, i) => [name, row[i]!]))) };
};

/** What `a.b.low` names in the report: fields, gates by their names, ends of intervals. */
function lookUp(report: BenchReport, index: number, header: string): unknown {
  const entry = report.entries[index]!;
  const gate = entry.gates.find((item) => header.startsWith(`${item.gate}.`));
  const isGate = /^(minTop1|maxDrop|maxRegression)\./.test(header);
  if (isGate && gate === undefined) return undefined;
  const multiplier = report.multipliers.find(({ name }) => name === entry.multiplier);
  const path = gate === undefined ? header : header.slice(gate.gate.length + 1);
  const [root, rest] = header.startsWith('model.')
    ? [report.models.find(({ name }) => name === entry.model), path.slice(6)]
    : header.startsWith('multiplier.')
      ? [
          {
            ...multiplier,
            ...multiplier?.metrics,
            ...multiplier?.power,
            relativePower: multiplier?.power?.relative,
          },
          path.slice(11),
        ]
      : [gate ?? entry, path];
  const end = /\.(low|high)$/.exec(rest)?.[1];
  const keys = (end === undefined ? rest : rest.slice(0, -end.length - 1)).split('.');
  if (end !== undefined) keys.push(`${keys.pop()}Interval`.replace('actualInterval', 'interval'));
  let value: unknown = root;
  for (const key of keys) value = (value as Record<string, unknown> | null | undefined)?.[key];
  return end === undefined ? value : (value as number[] | null | undefined)?.[end === 'low' ? 0 : 1];
}

describe('the CSV report of a benchmark', () => {
  test('has every figure of every entry under the name it has in the JSON report', () => {
    const report = benchReport();
    const { header, rows } = table(report);
    assert.equal(rows.length, report.entries.length);
    let filled = 0;
    for (const [index, row] of rows.entries()) {
      for (const name of header) {
        const value = lookUp(report, index, name) ?? '';
        assert.equal(row.get(name), String(value), `${name} of entry ${index}`);
        if (value !== '') filled++;
      }
    }
    assert.ok(filled > 500, `${filled} cells`);
  });

  test('always has the same columns', () => {
    const { header } = table(benchReport());
    assert.equal(new Set(header).size, header.length);
    assert.deepEqual(table({ ...benchReport(), entries: [], models: [], multipliers: [] }).header, header);
    // A spreadsheet relies on their places: add at the end.
    assert.equal(header.length, 99);
    const places = { id: 0, error: 9, samples: 13, 'approx.top1': 27, 'drop.exact': 38, 'minTop1.limit': 52 };
    for (const [name, place] of Object.entries(places)) assert.equal(header[place], name);
  });

  test('numbers keep all their digits', () => {
    const report = benchReport();
    const { rows } = table(report);
    assert.equal(Number(rows[0]!.get('approx.top1.low')), report.entries[0]!.approx!.top1Interval[0]);
  });

  test('names come back as they were, formulas behind an apostrophe', () => {
    const report = hostileReport();
    const { rows } = table(report);
    for (const [index, row] of rows.entries()) {
      const { id, model, error } = report.entries[index]!;
      assert.equal(row.get('id'), `'${id}`);
      assert.equal(row.get('model'), `'${model}`);
      assert.equal(row.get('quantization'), `'${hostileText}`);
      assert.equal(row.get('error'), error === null ? '' : `'${hostileText}`);
    }
  });

  test('cells', () => {
    const cells = ['a', 'a,b', 'a"b', 'a\nb', '', ' ', '=1', '+1', '-1', '@x', '\tx', '\rx', "'", 'a=1'];
    const [row] = parse(csv([cells]));
    const guarded = cells.map((cell) => (/^[=+@\t\r-]/.test(cell) ? `'${cell}` : cell));
    assert.deepEqual(row, guarded);
    assert.equal(csv([[-1.5, 0, true, null, Number.NaN, Infinity, -Infinity]]), '-1.5,0,true,,,inf,-inf\r\n');
  });
});
