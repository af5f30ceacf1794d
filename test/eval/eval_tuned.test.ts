import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { runEval } from '../../src/eval/run_eval.js';
import type { EvalRequest } from '../../src/eval/settings.js';
import {
  encodeTunedModel,
  type TunedModel,
  type TunedMultiplier,
  tunedKey,
} from '../../src/eval/tuned_model.js';
import { loadMultiplier } from '../../src/multiplier/load.js';
import { loadCalibration } from '../../src/quant/calibration_file.js';
import type { Range } from '../../src/quant/qparams.js';
import { packagePath } from '../../src/util/paths.js';
import { userError } from '../support/errors.js';
import { settings } from '../support/eval_settings.js';
import { temporaryFolder } from '../support/temporary.js';
import { tunedModel, writeWithMetadata } from '../support/tuned_model.js';

const folder = temporaryFolder();
const path = (name: string) => join(folder, name);
const model = packagePath('models', 'lenet-digits.onnx');
const lut = packagePath('luts', 'drum2_int8.txt');
const other = packagePath('luts', 'mitchell_int8.txt');
const baselines = { float: false, exact: false };

const calibration = path('ranges.json');
let multiplier: TunedMultiplier;
let ranges: ReadonlyMap<string, Range>;
let files = 0;

before(async () => {
  const { name, sha256, activation, weight } = (await loadMultiplier(lut)).multiplier;
  multiplier = { name, sha256, activation, weight };
  // Of one image: other ranges than any calibration of the command's.
  await runEval(settings({ calibrate: 1, saveCalibration: calibration }));
  ranges = (await loadCalibration(calibration)).ranges;
});

async function tunedFile(tuned: TunedModel): Promise<string> {
  const file = path(`tuned${files++}.onnx`);
  await writeWithMetadata(model, file, [[tunedKey, encodeTunedModel(tuned)]]);
  return file;
}

/** The scores of an evaluation that is given no more than the request says. */
async function scores(request: Partial<EvalRequest>) {
  const warnings: string[] = [];
  const saveLogits = path(`logits${files++}.npy`);
  const common = { model, lut, limit: 20, batch: 16, overrides: {}, baselines, confusion: false };
  const report = await runEval(
    {
      ...common,
      perClass: false,
      threads: 1,
      seed: 1,
      partial: false,
      saveLogits,
      ...request,
    },
    { onWarning: (message) => warnings.push(message) },
  );
  return { report, warnings, logits: readFileSync(saveLogits).toString('base64') };
}

describe('an evaluation of a retrained model', () => {
  test('takes up its settings and ranges', async () => {
    const carried = {
      skipFirst: true,
      layers: [{ pattern: '/13/Gemm', lut: other, sha256: (await loadMultiplier(other)).multiplier.sha256 }],
      weightBits: 6,
      activationBits: 7,
      fullRange: true,
      padding: 'skip',
      qmethod: { mode: 'static', activation: 'tensor', weight: 'tensor' },
    } as const;
    const file = await tunedFile(tunedModel({ ...carried, multiplier, ranges }));
    const { report, warnings, logits } = await scores({ model: file });
    assert.deepEqual(warnings, []);
    assert.equal(report.quantization.calibrationSource, 'the retraining');
    assert.equal(report.quantization.calibrator, null);
    const expected = await scores({ ...carried, calibration });
    assert.equal(logits, expected.logits);
    const defaults = await scores({ calibration });
    assert.notEqual(logits, defaults.logits);
  });

  test('what is given explicitly comes first', async () => {
    const file = await tunedFile(tunedModel({ multiplier, ranges, skipFirst: true, weightBits: 3 }));
    const { logits } = await scores({ model: file, skipFirst: false, weightBits: 8 });
    assert.equal(logits, (await scores({ calibration })).logits);
  });

  test('is calibrated where the request speaks of calibration, or ranges are dynamic', async () => {
    const file = await tunedFile(tunedModel({ multiplier, ranges }));
    for (const request of [{ calibrate: 8 }, { calibrator: 'minmax' as const, calibrate: 16 }]) {
      const { report, logits } = await scores({ model: file, ...request });
      assert.equal(report.quantization.calibrationSamples, request.calibrate);
      assert.equal(logits, (await scores(request)).logits);
    }
    const qmethod = { mode: 'dynamic', activation: 'sample', weight: 'channel' } as const;
    const { report } = await scores({ model: file, qmethod });
    assert.equal(report.quantization.calibrationSource, null);
  });

  test('a range that is missing is calibrated, with a warning', async () => {
    const [gone, ...kept] = [...ranges];
    const file = await tunedFile(tunedModel({ multiplier, ranges: new Map(kept) }));
    const { report, warnings } = await scores({ model: file });
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, new RegExp(`brings no range for '${gone![0]}', the input of `));
    assert.equal(report.quantization.calibrator, 'minmax');
  });

  test('another table gives a warning, and goes on', async () => {
    const file = await tunedFile(tunedModel({ multiplier, ranges }));
    const { report, warnings } = await scores({ model: file, lut: other });
    assert.equal(report.multiplier.name, 'mitchell_int8');
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, /was retrained for drum2_int8 \([0-9a-f]{8}\), not for mitchell_int8/);
  });

  test('another table in single layers gives a warning, a missing one an error that asks for it', async () => {
    const layer = { pattern: '/0/*', lut: other, sha256: 'cd'.repeat(32) };
    const changed = await tunedFile(tunedModel({ multiplier, ranges, layers: [layer] }));
    const { warnings } = await scores({ model: changed });
    assert.match(warnings.join(), /another table than mitchell_int8 in '\/0\/\*'/);
    const gone = await tunedFile(
      tunedModel({ multiplier, ranges, layers: [{ ...layer, lut: path('gone.txt') }] }),
    );
    await assert.rejects(
      scores({ model: gone }),
      userError(/gone\.txt: cannot read it: .*give --layer anew/),
    );
    await scores({ model: gone, layers: [] });
  });

  test('a dataset that is gone is asked for', async () => {
    const file = path('gone.onnx');
    await writeWithMetadata(model, file, [['approxtorch.dataset', path('gone')]]);
    await assert.rejects(scores({ model: file }), userError(/gone: cannot read it: .*: give --data$/));
    await assert.rejects(scores({ data: path('gone') }), userError(/gone: cannot read it: [^;]*$/));
  });

  test('the split that was measured is taken up, unless other data are named', async () => {
    const dataset = {
      spec: 'synthetic-digits',
      name: 'synthetic-digits',
      split: 'train',
      shared: true,
    } as const;
    const file = await tunedFile(tunedModel({ multiplier, ranges }, { dataset }));
    const { report, warnings } = await scores({ model: file });
    assert.equal(report.dataset.split, 'train');
    assert.match(warnings.join(), /retrained on images of this split .*too optimistic/);
    const named = await scores({ model: file, data: 'synthetic-digits' });
    assert.equal(named.report.dataset.split, 'test');
    assert.deepEqual(named.warnings, []);
  });

  test('a model retrained in float brings nothing along', async () => {
    const file = await tunedFile(tunedModel(null));
    const { report, warnings, logits } = await scores({ model: file, calibrate: 16 });
    assert.deepEqual(warnings, []);
    assert.equal(report.quantization.calibrator, 'minmax');
    assert.equal(logits, (await scores({ calibrate: 16 })).logits);
  });

  test('damaged metadata are ignored with a warning that the report repeats', async () => {
    const file = path('damaged.onnx');
    await writeWithMetadata(model, file, [[tunedKey, '{"version": 1}']]);
    const { report, warnings } = await scores({ model: file });
    assert.match(warnings.join(), /metadata approxtorch\.finetune: .*; it is ignored/);
    assert.deepEqual([...report.warnings], warnings);
  });
});
