import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { runEval } from '../../src/eval/run_eval.js';
import type { EvalSettings } from '../../src/eval/settings.js';
import { packagePath } from '../../src/util/paths.js';
import { settings } from '../support/eval_settings.js';
import { f32, modelBytes, node } from '../support/onnx_builder.js';
import { temporaryFolder } from '../support/temporary.js';

const folder = temporaryFolder();
const mitchell = packagePath('luts', 'mitchell_int8.txt');

/** The scores of all samples, as --save-logits writes them. */
async function scores(changes: Partial<EvalSettings>, name = 'logits.npy') {
  const file = join(folder, name);
  const report = await runEval(settings({ ...changes, saveLogits: file }));
  return { report, bytes: readFileSync(file) };
}

describe('results do not depend on the batch size', () => {
  const methods: EvalSettings['qmethod'][] = [
    { mode: 'static', activation: 'tensor', weight: 'channel' },
    { mode: 'dynamic', activation: 'sample', weight: 'channel' },
    { mode: 'dynamic', activation: 'sample', weight: 'tensor' },
  ];
  for (const qmethod of methods) {
    test(Object.values(qmethod).join(','), async () => {
      const whole = await scores({ qmethod, batch: 40 });
      for (const batch of [1, 7]) {
        const { bytes } = await scores({ qmethod, batch });
        assert.ok(bytes.equals(whole.bytes), `batch ${batch}`);
      }
    });
  }

  test('except with one dynamic range per batch', async () => {
    const qmethod = { mode: 'dynamic', activation: 'tensor', weight: 'channel' } as const;
    const whole = await scores({ qmethod, batch: 40 });
    assert.ok(!(await scores({ qmethod, batch: 7 })).bytes.equals(whole.bytes));
  });
});

describe('quantization settings', () => {
  test('each changes the scores', async () => {
    const seen = new Map<string, string>();
    const variants: Record<string, Partial<EvalSettings>> = {
      default: {},
      'weights per tensor': { qmethod: { mode: 'static', activation: 'tensor', weight: 'tensor' } },
      dynamic: { qmethod: { mode: 'dynamic', activation: 'tensor', weight: 'channel' } },
      '4-bit weights': { weightBits: 4 },
      '4-bit activations': { activationBits: 4 },
      percentile: { calibrator: 'percentile' },
      mse: { calibrator: 'mse' },
      entropy: { calibrator: 'entropy' },
      'another LUT': { lut: mitchell },
      'first in float': { skipFirst: true },
      'last in float': { skipLast: true },
      'dense in float': { convOnly: true },
    };
    for (const [name, changes] of Object.entries(variants)) {
      const bytes = (await scores({ ...changes, limit: 8 })).bytes.toString('base64');
      assert.equal(seen.get(bytes), undefined, `${name} gives what ${seen.get(bytes)} gives`);
      seen.set(bytes, name);
    }
  });

  test('2 to 8 bits work; more bits are nearer to float', async () => {
    const losses: number[] = [];
    for (let bits = 2; bits <= 8; bits++) {
      const report = await runEval(
        settings({ lut: 'exact', lutType: 'int8', weightBits: bits, activationBits: bits }),
      );
      losses.push(report.results.approx.loss);
    }
    assert.ok(losses.every((loss) => Number.isFinite(loss)));
    assert.ok(losses[0]! > losses[2]! && losses[2]! > losses[6]!, losses.join(', '));
  });

  test('a saved calibration gives the same scores, with the samples never read', async () => {
    const file = join(folder, 'ranges.json');
    for (const calibrator of ['minmax', 'entropy'] as const) {
      const first = await scores({ calibrator, saveCalibration: file });
      const again = await scores({ calibration: file, calibrate: 1 });
      assert.ok(first.bytes.equals(again.bytes));
      assert.equal(again.report.quantization.calibrator, calibrator);
      assert.equal(again.report.quantization.calibrationSamples, 20);
    }
  });
});

describe('layers', () => {
  test('the last pattern that matches counts; reasons are told', async () => {
    const report = await runEval(
      settings({
        layers: [
          { pattern: '/1*', lut: mitchell },
          { pattern: '/0/Conv', lut: 'float' },
          { pattern: '/13/Gemm', lut: 'exact' },
        ],
      }),
    );
    assert.deepEqual(
      report.layers.map(({ name, lut, reason }) => [name, lut, reason]),
      [
        ['/0/Conv', null, "--layer '/0/Conv=float'"],
        ['/4/Conv', 'drum2_int8', null],
        ['/9/Gemm', 'drum2_int8', null],
        ['/11/Gemm', 'mitchell_int8', null],
        ['/13/Gemm', 'exact', null],
      ],
    );
    assert.deepEqual(report.otherMultipliers.map(({ name }) => name).sort(), ['exact', 'mitchell_int8']);
  });

  test('with all of them in float the scores are those of the float model', async () => {
    const report = await runEval(
      settings({ layers: [{ pattern: '*', lut: 'float' }], baselines: { float: true, exact: true } }),
    );
    assert.equal(report.results.approx.agreementWithFloat, 1);
    assert.ok(Math.abs(report.results.approx.loss - report.results.float!.loss) < 1e-5);
    assert.match(report.warnings.join(), /no layer is approximated/);
  });
});

describe('without data', () => {
  const file = join(folder, 'unlabelled.onnx');
  writeFileSync(
    file,
    modelBytes({
      inputs: { x: ['N', 2, 6, 6] },
      initializers: { w: f32([4, 2, 3, 3]), v: f32([64, 7]) },
      nodes: [
        node('Conv', ['x', 'w'], ['c'], {}, { name: 'conv' }),
        node('Relu', ['c'], ['r']),
        node('Flatten', ['r'], ['f']),
        node('MatMul', ['f', 'v'], ['y'], {}, { name: 'dense' }),
      ],
      outputs: ['y'],
    }),
  );

  test('the float model gives the labels, and the report says so', async () => {
    const report = await runEval(settings({ model: file }));
    assert.equal(report.kind, 'label-free');
    assert.equal(report.dataset.kind, 'random');
    assert.equal(report.results.float?.top1, 1);
    assert.equal(report.results.approx.top1, report.results.approx.agreementWithFloat);
    assert.ok(report.layers.every(({ sqnr }) => typeof sqnr === 'number' && sqnr > 0));
  });

  test('the seed decides the inputs', async () => {
    const run = async (seed: number) => (await runEval(settings({ model: file, seed }))).results.approx.loss;
    assert.equal(await run(1), await run(1));
    assert.notEqual(await run(1), await run(2));
  });

  test('scores that are no numbers end in no crash', async () => {
    const model = join(folder, 'nan.onnx');
    writeFileSync(
      model,
      modelBytes({
        inputs: { x: ['N', 2, 6, 6] },
        initializers: { v: f32([72, 7]) },
        nodes: [node('Flatten', ['x'], ['f']), node('MatMul', ['f', 'v'], ['d']), node('Log', ['d'], ['y'])],
        outputs: ['y'],
      }),
    );
    const report = await runEval(settings({ model }));
    assert.equal(report.results.approx.loss, Number.NaN);
  });
});
