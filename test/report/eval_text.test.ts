import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { renderEvalText } from '../../src/report/eval_text.js';
import type { AccuracyResult, EvalReport } from '../../src/report/results.js';
import { evalReport } from './eval_fixture.js';

const plain = (report: EvalReport, width = 100) => renderEvalText(report, { color: false, width });

function withClasses(classes: number): EvalReport {
  const report = evalReport();
  const names = Array.from({ length: classes }, (_, index) => `class${index}`);
  const add = (result: AccuracyResult): AccuracyResult => ({
    ...result,
    perClass: names.map((name, index) => ({
      class: name,
      samples: index === 0 ? 0 : 1000,
      top1: index === 0 ? 0 : 0.9,
    })),
    confusion: names.map((_, label) =>
      names.map((__, predicted) => (label === predicted ? 900 : label === 1 && predicted === 2 ? 77 : 0)),
    ),
  });
  const { float, exact, approx } = report.results;
  return { ...report, results: { float: add(float!), exact: add(exact!), approx: add(approx) } };
}

describe('the text report of an evaluation', () => {
  test('fits every width from 80 to 140', () => {
    for (const report of [
      evalReport(),
      evalReport({ kind: 'label-free', partial: true }),
      withClasses(10),
      withClasses(100),
    ]) {
      for (let width = 80; width <= 140; width++) {
        for (const line of plain(report, width).split('\n')) {
          assert.ok([...line].length <= width, `${[...line].length} > ${width}: ${line}`);
        }
      }
    }
  });

  test('accuracy side by side, aligned', () => {
    const text = plain(evalReport());
    assert.match(text, /^float32 +91\.73 91\.18–92\.22 +97\.73 97\.18–98\.01 +0\.342 ±0\.012$/m);
    assert.match(text, /^exact +91\.68 .* 99\.31$/m);
    assert.match(text, /^approximate +89\.12 .* 94\.02$/m);
    const rows = text.split('\n').filter((line) => /^(float32|exact|approximate) +\d/.test(line));
    assert.equal(new Set(rows.map((row) => row.indexOf('–'))).size, 1);
  });

  test('the drop in points, and what McNemar says in words', () => {
    const text = plain(evalReport());
    assert.match(text, /^drop of top-1 +2\.61 /m);
    assert.match(text, /^ {2}quantization +0\.05 /m);
    assert.match(text, /^ {2}multiplier +2\.56 /m);
    assert.match(
      text,
      /makes a significant difference \(McNemar p < 0\.001: only the exact model is right\s+on\s+412/,
    );
    const equal = plain(evalReport({ mcnemar: { exactOnly: 5, approxOnly: 4, p: 0.9999 } }));
    assert.match(equal, /makes no significant difference \(McNemar p = 1\.000/);
    assert.match(
      plain(evalReport({ drop: { quantization: -0.001, multiplier: null, total: null } })),
      /quantization +−0\.10 /,
    );
  });

  test('without baselines only the approximate row', () => {
    const report = evalReport();
    const text = plain({
      ...report,
      results: {
        float: null,
        exact: null,
        approx: { ...report.results.approx, agreementWithFloat: null, top5: null, top5Interval: null },
      },
      drop: { quantization: null, multiplier: null, total: null },
      mcnemar: null,
    });
    assert.ok(!/^float32 |^exact +\d+\.\d+ \d|drop of|McNemar|top-5|as float/m.test(text));
    assert.match(text, /^approximate +89\.12/m);
  });

  test('label-free and partial reports say so first', () => {
    const lines = plain(evalReport({ kind: 'label-free', partial: true })).split('\n');
    assert.match(lines[1]!, /^PARTIAL RESULT: interrupted after 10,000 samples/);
    assert.match(
      lines[2]!,
      /^NO LABELLED DATA: compared with the float model on 10,000 seeded random inputs/,
    );
    const text = lines.join('\n');
    assert.match(text, /same top-1 as float %/);
    assert.ok(!/top-5|loss|drop of|McNemar/.test(text));
  });

  test('why a layer stayed float stands below it', () => {
    const text = plain(evalReport());
    assert.match(text, /^\/conv1 +Conv 3×3 +16×32×32 +442 k +– .*float\n {4}stays float: --skip-first$/m);
    assert.match(text, /^3 of 5 layers approximate, 91\.4 % of their 5\.16 M MACs/m);
  });

  test('a small confusion matrix in full, a large one as the most frequent confusions', () => {
    assert.match(plain(withClasses(10)), /^class1 .* 900 +77 /m);
    assert.match(plain(withClasses(10)), /^class0 +0 +– +– +–$/m);
    assert.match(plain(withClasses(100)), /^class1 +class2 +77$/m);
  });

  test('colour changes nothing but the colour', () => {
    const colored = renderEvalText(evalReport(), { color: true, width: 100 });
    assert.notEqual(colored, plain(evalReport()));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escapes are the subject
    assert.equal(colored.replace(/\u001b\[\d+m/g, ''), plain(evalReport()));
  });

  test('names cannot smuggle terminal sequences', () => {
    const report = evalReport();
    const layers = report.layers.map((layer) => ({
      ...layer,
      name: `a\u001b[2J\n${layer.name}`,
      lut: '\u202eevil',
    }));
    const text = plain({
      ...report,
      layers,
      model: { ...report.model, file: 'a\rb.onnx', fallbackOps: ['\u0007'] },
    });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escapes are the subject
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u202e]/);
    assert.equal(text.split('\n').length, plain(report).split('\n').length + 1);
  });
});
