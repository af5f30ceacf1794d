import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { describe, test } from 'node:test';
import { runEval } from '../../src/eval/run_eval.js';
import type { EvalSettings } from '../../src/eval/settings.js';
import type { EvalReport } from '../../src/report/results.js';
import { settings } from '../support/eval_settings.js';
import { needs, sharedData } from '../support/shared.js';
import { temporaryFolder } from '../support/temporary.js';
import { binTableAsText } from '../support/tf_approximate.js';

const folder = temporaryFolder();

/**
 * Each float model of the real data's INDEX.md: its dataset, preprocessing, the float32 accuracy that INDEX.md
 * states (percent), and the right answers among the 10 000 samples with the exact table and with mul8s_1KVL, as
 * measured here.
 */
const MODELS = [
  ['lenet5-mnist-own.op17', 'mnist', 'mnist', 99.27, 9928, 9920],
  ['lenet5bn-mnist-own.bn.op13', 'mnist', 'mnist', 99.28, 9928, 9907],
  ['lenet-mnist-ccoltong', 'mnist', 'mnist', 99.13, 9910, 9906],
  ['convnet-avgpool-mnist-verivital', 'mnist', 'mnist-unit', 97.95, 9799, 9794],
  ['cnn-small-cifar10-marabou', 'cifar10', 'cifar10-unit', 63.14, 6283, 5288],
  ['resnet2b-cifar10-vnncomp', 'cifar10', 'cifar10', 69.25, 6927, 6035],
  ['resnet20-cifar10-akamaster.folded.op17', 'cifar10', 'cifar10-imagenet-stats', 91.73, 9165, 4768],
  ['resnet20-cifar10-akamaster.bn.op17', 'cifar10', 'cifar10-imagenet-stats', 91.73, 9166, 4766],
] as const;

/** Integers are exact, but the last bits of calibrated ranges may differ between CPUs. */
const PIN = 5;

const baselines = { float: true, exact: true };
const all = { limit: undefined, batch: 64, calibrate: 512, threads: availableParallelism() };

function evaluate(changes: Partial<EvalSettings>): Promise<EvalReport> {
  return runEval(settings({ ...all, ...changes }));
}

function near(actual: number | undefined, expected: number, tolerance: number, what: string): void {
  const difference = Math.abs((actual ?? Number.NaN) - expected);
  assert.ok(difference <= tolerance, `${what}: ${actual}, expected ${expected} ± ${tolerance}`);
}

describe('float models of the real data on their whole test sets', () => {
  const lut = sharedData('luts', 'evoapprox-signed', 'mul8s_1KVL.txt');
  for (const [name, dataset, preprocess, percent, exactRight, approxRight] of MODELS) {
    const model = sharedData('models', `${name}.onnx`);
    const data = sharedData(dataset);
    test(name, needs(model, data, lut), async () => {
      const report = await evaluate({ model, data, lut, preprocess, baselines });
      const { float, exact, approx } = report.results;
      assert.equal(report.dataset.samples, 10_000);
      assert.ok(report.layers.every((layer) => layer.approximated));
      assert.deepEqual(report.model.fallbackOps, []);
      near(100 * (float?.top1 ?? 0), percent, 0.1, 'float, percent');
      near(100 * (exact?.top1 ?? 0), percent, 1, 'exact, percent');
      near(exact?.correct, exactRight, PIN, 'exact, right answers');
      near(approx.correct, approxRight, PIN, 'approximate, right answers');
    });
  }
});

describe('LeNet-5 as the slow reference evaluates it', () => {
  const model = sharedData('models', 'lenet5-mnist-own.op17.onnx');
  const data = sharedData('mnist');
  const kv2h = sharedData('luts', 'evoapprox-signed', 'mul8s_1L2H.txt');
  const u2hh = sharedData('luts', 'tf-approximate', 'mul8u_2HH.bin');
  const correct = async (changes: Partial<EvalSettings>) =>
    (await evaluate({ model, data, ...changes })).results.approx.correct;

  test('exact int8 and mul8s_1L2H', needs(model, data, kv2h), async () => {
    near(await correct({ lut: 'exact' }), 9928, 2, 'exact');
    near(await correct({ lut: kv2h }), 9923, 2, 'mul8s_1L2H');
  });

  test('exact uint8 and mul8u_2HH', needs(model, data, u2hh), async () => {
    near(await correct({ lut: 'exact', lutType: 'uint8' }), 9924, 2, 'exact');
    near(await correct({ lut: binTableAsText(u2hh as string, folder) }), 9917, 2, 'mul8u_2HH');
  });
});

describe('MobileNetV2 on 100 images', () => {
  const data = sharedData('imagenet100');
  const lut = sharedData('luts', 'evoapprox-signed', 'mul8s_1KVA.txt');
  const preprocess = 'imagenet';

  const dequantized = sharedData('models', 'mobilenetv2-imagenet-dequantized-fp32.onnx');
  test('float32 model', needs(dequantized, data, lut), async () => {
    // Few values of its wide layers are large: whole ranges (minmax) cost int8 codes two to four points more.
    const common = {
      model: dequantized,
      data,
      preprocess,
      calibrator: 'percentile',
      calibrate: 100,
    } as const;
    const report = await evaluate({ ...common, lut, baselines, batch: 10 });
    const { float, exact, approx } = report.results;
    assert.equal(report.dataset.samples, 100);
    assert.equal(report.layers.filter((layer) => layer.approximated).length, 53);
    near(float?.correct, 81, 1, 'float, right answers');
    near(exact?.correct, float?.correct ?? 0, 5, 'exact against float, points');
    near(exact?.agreementWithFloat ?? 0, 0.91, 0.03, 'labels of exact that are those of float');
    near(approx.correct, 60, 2, 'approximate, right answers');
  });

  const quantized = sharedData('models', 'mobilenetv2-imagenet-qdq-uint8-lanznx.onnx');
  test('already quantized: QuantizeLinear nodes run in onnxruntime', needs(quantized, data), async () => {
    const report = await evaluate({
      model: quantized,
      data,
      lut: 'exact',
      preprocess,
      calibrate: 2,
      limit: 2,
    });
    assert.equal(report.dataset.samples, 2);
    assert.deepEqual(report.model.fallbackOps, ['DequantizeLinear', 'QuantizeLinear']);
    assert.equal(report.layers.filter((layer) => layer.approximated).length, 53);
  });
});
