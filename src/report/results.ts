import type { ErrorMetrics } from '../multiplier/analysis/metrics.js';

/** Accuracy of one variant of the model over the evaluated samples. All fractions in 0..1. */
export interface AccuracyResult {
  readonly correct: number;
  readonly top1: number;
  readonly top1Interval: readonly [number, number];
  /** null where there are fewer than 6 classes. */
  readonly top5: number | null;
  readonly top5Interval: readonly [number, number] | null;
  /** Mean cross-entropy in nats, ± half the width of its 95 % interval (normal approximation). */
  readonly loss: number;
  readonly lossInterval: readonly [number, number];
  /** Fraction of samples on which this variant predicts what the float model predicts; null without baseline. */
  readonly agreementWithFloat: number | null;
  readonly seconds: number;
  readonly imagesPerSecond: number;
  readonly perClass?: readonly { readonly class: string; readonly samples: number; readonly top1: number }[];
  /** confusion[label][prediction] */
  readonly confusion?: readonly (readonly number[])[];
}

/** One Conv, Gemm or MatMul of the model. */
export interface LayerResult {
  readonly name: string;
  readonly op: string;
  /** e.g. '3×3 s2 g32', '' for dense layers. */
  readonly kind: string;
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
  /** Multiply-accumulates per sample. */
  readonly macs: number;
  readonly approximated: boolean;
  /** Why it stayed float; null where approximated. */
  readonly reason: string | null;
  /** Name of its LUT; null where it stayed float. */
  readonly lut: string | null;
  /** dB, of its output against the exact multiplier on the same input codes; null where not measured; Infinity is 'inf'. */
  readonly sqnr: number | 'inf' | null;
  /** dB, of its output in the approximate network against the float32 network: all noise up to here. */
  readonly sqnrFloat: number | 'inf' | null;
  /** Kernel that ran, e.g. 'packed-rows', 'float' or 'onnxruntime'. */
  readonly kernel: string;
}

/** What a published circuit costs, as its authors state it, and beside a published exact one. */
export interface KnownCost {
  readonly powerMilliwatt: number;
  readonly areaSquareMicrometre: number;
  readonly delayNanosecond: number;
  readonly technology: string;
  /** Its power over that of the exact multiplier named; null where none of the same operands is known. */
  readonly relativePower: { readonly value: number; readonly exact: string } | null;
}

/** What the catalogue of published multipliers says of a table. */
export interface KnownMultiplierResult {
  /** e.g. 'mul8s_1KVL'. */
  readonly name: string;
  readonly library: string;
  /** Activations are the circuit's second operand. */
  readonly transposed: boolean;
  readonly cost: KnownCost | null;
}

export interface MultiplierResult {
  readonly name: string;
  readonly sha256: string;
  readonly activation: string;
  readonly weight: string;
  readonly metrics: ErrorMetrics;
  /** null: not in the catalogue. */
  readonly known: KnownMultiplierResult | null;
}

/** What networks ran on. */
export interface DeviceResult {
  readonly kind: 'cpu' | 'cuda';
  /** e.g. 'cuda:0 NVIDIA H200'; several where they shared the work, none on the CPU. */
  readonly gpus: readonly string[];
  /** Instruction set of the CPU's kernels. */
  readonly isa: string;
  readonly threads: number;
  readonly cpu: string;
}

/** The one document of `approxtorch eval --format json`. */
export interface EvalReport {
  readonly schemaVersion: 1;
  readonly command: 'eval';
  readonly version: string;
  /** 'accuracy' on labelled data; 'label-free' on seeded random inputs, where accuracies mean agreement with float. */
  readonly kind: 'accuracy' | 'label-free';
  readonly partial: boolean;
  readonly model: {
    readonly file: string;
    readonly sha256: string;
    readonly opset: number;
    readonly parameters: number;
    readonly macs: number;
    /** Ops that run through onnxruntime. */
    readonly fallbackOps: readonly string[];
  };
  /** The main multiplier, then those of --layer. */
  readonly multiplier: MultiplierResult;
  readonly otherMultipliers: readonly MultiplierResult[];
  readonly dataset: {
    readonly name: string;
    readonly kind: string;
    readonly split: string | null;
    readonly samples: number;
    readonly classes: number;
    readonly preprocess: string | null;
  };
  readonly quantization: {
    readonly qmethod: string;
    readonly activationBits: number;
    readonly weightBits: number;
    readonly calibrator: string | null;
    readonly calibrationSamples: number | null;
    readonly calibrationSource: string | null;
    readonly padding: 'lookup' | 'skip';
  };
  readonly results: {
    readonly float: AccuracyResult | null;
    readonly exact: AccuracyResult | null;
    readonly approx: AccuracyResult;
  };
  /** In fractions (0.01 = one point); null where the baseline was not run. */
  readonly drop: {
    /** float − exact */
    readonly quantization: number | null;
    /** exact − approx */
    readonly multiplier: number | null;
    readonly total: number | null;
  };
  /** Exact against approximate, on the same samples; null without the exact baseline. */
  readonly mcnemar: {
    /** Samples that only the exact, only the approximate model got right. */
    readonly exactOnly: number;
    readonly approxOnly: number;
    readonly p: number;
  } | null;
  readonly layers: readonly LayerResult[];
  readonly timing: {
    /** Of the approximate pass alone. */
    readonly seconds: number;
    readonly imagesPerSecond: number;
    readonly gmacsPerSecond: number;
    readonly totalSeconds: number;
  };
  readonly device: DeviceResult;
  readonly warnings: readonly string[];
}
