import type { EpochResult, FinetuneReport, VariantResults } from '../../src/report/finetune_results.js';
import type { AccuracyResult } from '../../src/report/results.js';
import { evalReport } from './eval_fixture.js';

const { multiplier, results, device } = evalReport();

function accuracy(top1: number): AccuracyResult {
  const half = 0.005;
  return {
    ...results.approx,
    correct: Math.round(top1 * 10_000),
    top1,
    top1Interval: [top1 - half, top1 + half * 0.9],
  };
}

const variants = (float: number, exact: number, approx: number): VariantResults => ({
  float: accuracy(float),
  exact: accuracy(exact),
  approx: accuracy(approx),
});

/** An invented curve that rises and levels off. */
export function curve(epochs: number, validated = true): EpochResult[] {
  return Array.from({ length: epochs }, (_, i) => {
    const share = (i + 1) / epochs;
    return {
      epoch: i + 1,
      steps: 28 * (i + 1),
      learningRate: 0.01 * (1 - share) + 1e-5,
      loss: 0.31 + 1.4 * Math.exp(-4 * share),
      trainAccuracy: 0.93 - 0.4 * Math.exp(-4 * share),
      validationAccuracy: validated ? 0.9 - 0.35 * Math.exp(-5 * share) : null,
      seconds: 5.94,
      imagesPerSecond: 603.4,
    };
  });
}

/** An invented report with the marks of a real one. */
export function finetuneReport(changes: Partial<FinetuneReport> = {}): FinetuneReport {
  return {
    schemaVersion: 1,
    command: 'finetune',
    version: '0.1.0',
    model: {
      file: 'models/resnet20-cifar10.onnx',
      sha256: '1f'.repeat(32),
      trained: 269_722,
      parameters: 272_474,
    },
    output: { file: 'models/resnet20-cifar10.finetuned.onnx', sha256: '2e'.repeat(32) },
    multiplier: { ...multiplier, name: 'mul8s_1KVL' },
    otherMultipliers: [],
    dataset: {
      name: 'cifar10',
      classes: 10,
      trainSamples: 3600,
      validationSamples: 400,
      testSamples: 10_000,
      testSplit: 'test',
      preprocess: 'cifar10-imagenet-stats',
      augment: 'crop with padding 4, flip',
    },
    quantization: {
      qmethod: 'static,tensor,channel',
      activationBits: 8,
      weightBits: 8,
      padding: 'lookup',
      ranges: 'tracked, momentum 0.05',
    },
    training: {
      gradient: 'difference, window 32',
      loss: 'cross-entropy, 0.5 distilled at temperature 4',
      optimizer: 'sgd, momentum 0.9, weight decay 0.0001, clip norm 1',
      schedule: 'cosine from 0.01',
      batchNorm: 'fold',
      batch: 128,
      epochs: 5,
      seed: 1,
      bestEpoch: 4,
      stopped: 'finished',
    },
    before: variants(0.9173, 0.9165, 0.4768),
    after: variants(0.9102, 0.9098, 0.9041),
    curve: curve(5),
    timing: { trainingSeconds: 29.7, imagesPerSecond: 606.1, totalSeconds: 78.4 },
    device,
    warnings: [],
    ...changes,
  };
}
