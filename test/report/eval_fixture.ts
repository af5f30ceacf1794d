import type { AccuracyResult, EvalReport, LayerResult } from '../../src/report/results.js';

function accuracy(correct: number, half: number, loss: number, agreement: number | null): AccuracyResult {
  const top1 = correct / 10_000;
  return {
    correct,
    top1,
    top1Interval: [top1 - half, top1 + half * 0.9],
    top5: Math.min(1, top1 + 0.06),
    top5Interval: [Math.min(1, top1 + 0.06) - half, Math.min(1, top1 + 0.06 + half / 2)],
    loss,
    lossInterval: [loss - 0.012, loss + 0.012],
    agreementWithFloat: agreement,
    seconds: 3.2,
    imagesPerSecond: 3125,
  };
}

function layer(
  name: string,
  kind: string,
  shape: number[],
  macs: number,
  changes: Partial<LayerResult> = {},
): LayerResult {
  return {
    name,
    op: kind === '' ? 'Gemm' : 'Conv',
    kind,
    inputShape: [1, 16, 32, 32],
    outputShape: shape,
    macs,
    approximated: true,
    reason: null,
    lut: 'mul8s_1L2H',
    sqnr: 23.41,
    sqnrFloat: 21.06,
    kernel: 'packed-rows',
    ...changes,
  };
}

/** An invented report with the marks of a real one: long node names, layers that stayed float, a layer with another LUT. */
export function evalReport(changes: Partial<EvalReport> = {}): EvalReport {
  const metrics = {
    errorRate: 0.9837,
    mae: 51.32,
    nmed: 0.0031,
    mred: 0.0314,
    wce: 252,
    wcre: 12,
    mse: 4100,
    rmse: 64.03,
    bias: -12.25,
    variance: 3950,
    minError: -252,
    maxError: 190,
  };
  const multiplier = {
    name: 'mul8s_1L2H',
    sha256: '3f2a91bc'.repeat(8),
    activation: 'int8',
    weight: 'int8',
    metrics,
    known: {
      name: 'mul8s_1L2H',
      library: 'EvoApproxLib',
      transposed: false,
      cost: {
        powerMilliwatt: 0.301,
        areaSquareMicrometre: 558.9,
        delayNanosecond: 1.36,
        technology: '45 nm',
        relativePower: { value: 0.708, exact: 'mul8s_1KV8' },
      },
    },
  };
  return {
    schemaVersion: 1,
    command: 'eval',
    version: '0.1.0',
    kind: 'accuracy',
    partial: false,
    model: {
      file: 'models/resnet20-cifar10.onnx',
      sha256: 'ab12cd34'.repeat(8),
      opset: 17,
      parameters: 269_722,
      macs: 40_812_544,
      fallbackOps: [],
    },
    multiplier,
    otherMultipliers: [
      {
        ...multiplier,
        name: 'exact',
        sha256: '77aa00ff'.repeat(8),
        metrics: { ...metrics, errorRate: 0, mae: 0, mred: 0, wce: 0, bias: 0 },
        known: null,
      },
    ],
    dataset: {
      name: 'cifar10',
      kind: 'cifar10',
      split: 'test',
      samples: 10_000,
      classes: 10,
      preprocess: 'cifar10',
    },
    quantization: {
      qmethod: 'static,tensor,channel',
      activationBits: 8,
      weightBits: 8,
      calibrator: 'minmax',
      calibrationSamples: 512,
      calibrationSource: 'cifar10 train',
      padding: 'lookup',
    },
    results: {
      float: accuracy(9173, 0.0055, 0.3421, null),
      exact: accuracy(9168, 0.0055, 0.3445, 0.9931),
      approx: accuracy(8912, 0.0062, 0.4123, 0.9402),
    },
    drop: { quantization: 0.0005, multiplier: 0.0256, total: 0.0261 },
    mcnemar: { exactOnly: 412, approxOnly: 156, p: 3.2e-28 },
    layers: [
      layer('/conv1/Conv', '3×3', [1, 16, 32, 32], 442_368, {
        approximated: false,
        reason: '--skip-first',
        lut: null,
        sqnr: null,
        sqnrFloat: null,
        kernel: 'float',
      }),
      layer('/layer1/layer1.0/conv1/Conv', '3×3', [1, 16, 32, 32], 2_359_296),
      layer(
        '/layer1/layer1.0/conv2/Conv_quantized_with_a_long_name',
        '3×3 s2 g32',
        [1, 32, 16, 16],
        1_179_648,
        {
          lut: 'exact',
          sqnr: 'inf',
        },
      ),
      layer('/layer2/layer2.0/conv1/Conv', '3×3 s2', [1, 32, 16, 16], 1_179_648, { sqnr: 9.87 }),
      layer('/linear/Gemm', '', [1, 10], 640, {
        approximated: false,
        reason: 'its weight is not constant: it comes from node "Add_12", which depends on the input',
        lut: null,
        sqnr: null,
        sqnrFloat: 12.4,
        kernel: 'onnxruntime',
      }),
    ],
    timing: { seconds: 2.412, imagesPerSecond: 4145.9, gmacsPerSecond: 169.2, totalSeconds: 9.83 },
    device: { kind: 'cpu', gpus: [], isa: 'avx512', threads: 2, cpu: 'AMD EPYC 9R14' },
    warnings: [],
    ...changes,
  };
}
