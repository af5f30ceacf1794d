import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { FinetuneReport } from '../../src/report/finetune_results.js';
import { renderFinetuneText } from '../../src/report/finetune_text.js';
import { curve, finetuneReport } from './finetune_fixture.js';

const plain = (report: FinetuneReport, { width = 100, lut = 'luts/mult.txt' } = {}) =>
  renderFinetuneText(report, lut, { color: false, width });

const ended = (stopped: FinetuneReport['training']['stopped'], epochs = 5) => {
  const { training } = finetuneReport();
  return finetuneReport({ curve: curve(epochs), training: { ...training, stopped } });
};

/** Trained without a multiplier. */
function inFloat(): FinetuneReport {
  const { before, after } = finetuneReport();
  const alone = ({ float }: FinetuneReport['before']) => ({ float, exact: null, approx: null });
  return finetuneReport({
    multiplier: null,
    quantization: null,
    before: alone(before),
    after: alone(after),
  });
}

describe('the text report of a retraining', () => {
  test('fits every width from 80 to 140, but for the command to copy', () => {
    for (const report of [finetuneReport(), inFloat(), ended('diverged', 300), ended('finished', 1)]) {
      for (let width = 80; width <= 140; width++) {
        for (const line of plain(report, { width }).split('\n')) {
          if (line.startsWith('  approxtorch eval ')) continue;
          assert.ok([...line].length <= width, `${[...line].length} > ${width}: ${line}`);
        }
      }
    }
  });

  test('accuracy before and after, with what was gained', () => {
    const text = plain(finetuneReport());
    assert.match(text, /^top-1 % +before +95 % +after +95 % +gain$/m);
    assert.match(text, /^float32 +91\.73 91\.23–92\.18 +91\.02 90\.52–91\.47 +−0\.71$/m);
    assert.match(text, /^approximate +47\.68 .* 90\.41 .* \+42\.73$/m);
  });

  test('without a multiplier: the float network alone', () => {
    const text = plain(inFloat());
    assert.match(text, /^models\/resnet20-cifar10\.onnx retrained in float32\n/);
    assert.match(text, /^float32 +91\.73/m);
    assert.doesNotMatch(text, /^exact|^approximate|MAE|gradient/m);
    assert.match(text, /^ {2}approxtorch eval \S+ --lut exact$/m);
  });

  test('a row per epoch, the written one marked; long curves are thinned out', () => {
    const rows = (report: FinetuneReport) =>
      plain(report)
        .split('\n')
        .filter((line) => /^(?=[* \d]{5} ) *\*? *\d/.test(line));
    assert.equal(rows(finetuneReport()).length, 5);
    assert.match(plain(finetuneReport()), /^ {2}\* 4 +112 +0\.00201 +0\.367 +91\.37 +89\.36 +603 +5\.94 s$/m);
    const thinned = rows(ended('finished', 213));
    assert.ok(thinned.length <= 22, `${thinned.length}`);
    assert.match(thinned.join('\n'), /^ *\* 4 /m);
    assert.match(thinned.at(-1)!, /^ +213 /);
  });

  test('held-out accuracy only where images were held out', () => {
    assert.doesNotMatch(plain(finetuneReport({ curve: curve(3, false) })), /held out %/);
  });

  test('how it ended', () => {
    assert.match(plain(ended('patience')), /^Stopped after 5 epochs: the validation accuracy/m);
    assert.match(plain(ended('diverged')), /^DIVERGED after 5 epochs: [\s\S]*lower\s+--lr/m);
    assert.doesNotMatch(plain(finetuneReport()), /DIVERGED|Stopped/);
  });

  test('the command that repeats the accuracy, as a shell takes it', () => {
    const file = "my models/it's tuned.onnx";
    const report = finetuneReport({ output: { file, sha256: 'ab'.repeat(32) } });
    assert.match(
      plain(report, { lut: '$HOME/x.txt' }),
      /^ {2}approxtorch eval 'my models\/it'\\''s tuned\.onnx' --lut '\$HOME\/x\.txt'$/m,
    );
  });

  test('no such command where images were held out to measure on', () => {
    const { dataset } = finetuneReport();
    const text = plain(finetuneReport({ dataset: { ...dataset, testSplit: '10 % held out of test' } }));
    assert.match(text, /^Written: .* epoch 4\.$/m);
    assert.doesNotMatch(text, /approxtorch eval/);
  });

  test('names from files cannot spoil the terminal', () => {
    const { dataset, model } = finetuneReport();
    const text = plain(
      finetuneReport({
        model: { ...model, file: 'a\u001b[2Jb\n.onnx' },
        dataset: { ...dataset, name: 'x\u202ey' },
      }),
    );
    assert.ok(!text.includes('\u001b') && !text.includes('\u202e'));
    assert.match(text, /^a�\[2Jb�\.onnx retrained/);
  });
});
