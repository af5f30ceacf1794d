/** A golden: what the reference computed for a model, a multiplier and an input, small enough to be committed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  approximateNetwork,
  calibrate,
  defaults,
  type LayerRun,
  layersOf,
  networkOf,
  type Options,
} from './evaluate.js';
import { readModel } from './onnx.js';
import type { Layer } from './prepare.js';
import type { Range } from './quantize.js';
import {
  batches,
  bytesOf,
  type Folders,
  type InputSpec,
  type MultiplierSpec,
  multiplierOf,
  samplesOf,
  sha256,
} from './sources.js';

export interface GoldenSpec {
  readonly name: string;
  /** Relative to the folder of the real data, or to the folder of the goldens. */
  readonly model: { readonly from: 'data' | 'goldens'; readonly file: string };
  readonly multiplier: MultiplierSpec;
  readonly input: InputSpec;
  /** Samples of the train split that calibration sees. */
  readonly calibrate: number;
  /** Samples of the test split that are evaluated. */
  readonly count: number;
  /** Samples per forward pass; it matters for dynamic ranges per tensor alone. */
  readonly batch: number;
  readonly options: Options;
}

/** One approximated layer. Hashes are SHA-256 in hex. */
export interface GoldenLayer {
  readonly node: string;
  readonly op: string;
  readonly input: string;
  readonly output: string;
  /** Calibrated range of the input; absent in dynamic mode. */
  readonly range?: Range;
  /** Of sample 0. */
  readonly inputScale: number;
  readonly inputZeroPoint: number;
  /** Of the first four outputs. */
  readonly weightScales: readonly number[];
  readonly weightZeroPoints: readonly number[];
  /** Of the weight codes as bytes (two's complement), [outputs, reduction]. */
  readonly weightCodes: string;
  /** Of the input codes of sample 0 as bytes, in the tensor's order. */
  readonly inputCodes: string;
  /** Of acc as int64 little-endian in the output's order, one for each of the first four samples. */
  readonly accumulators: readonly string[];
  /** Flat position in the output of sample 0, and acc there. */
  readonly samples: readonly (readonly [number, number])[];
}

export interface Golden extends GoldenSpec {
  readonly modelSha256: string;
  /** Of the file's bytes; of the table as int32 little-endian where there is no file. */
  readonly multiplierSha256: string;
  /** Of the first sample as float32 little-endian. */
  readonly inputSha256: string;
  readonly layers: readonly GoldenLayer[];
  readonly logits: readonly (readonly number[])[];
  readonly predicted: readonly number[];
  readonly labels?: readonly number[];
  readonly correct?: number;
}

function hashOfCodes(codes: Int32Array): string {
  return sha256(Uint8Array.from(codes, (code) => code & 0xff));
}

function hashOfAccumulators(accumulators: Float64Array): string {
  return sha256(new Uint8Array(BigInt64Array.from(accumulators, BigInt).buffer));
}

/** The part of a layer's accumulators, codes and so on that belongs to sample `n` of its batch. */
function ofSample<T extends Int32Array | Float64Array>(values: T, n: number, samples: number): T {
  const size = values.length / samples;
  return values.slice(n * size, (n + 1) * size) as T;
}

function recordOf(layer: Layer, run: LayerRun, range: Range | undefined, samples: number): GoldenLayer {
  const first = ofSample(run.accumulators, 0, samples);
  const step = Math.max(1, Math.floor(first.length / 7));
  return {
    node: layer.node.name,
    op: layer.node.op,
    input: layer.input,
    output: layer.output,
    ...(range && { range }),
    inputScale: run.activations[0]!.scale,
    inputZeroPoint: run.activations[0]!.zeroPoint,
    weightScales: run.weights.qparams.slice(0, 4).map(({ scale }) => scale),
    weightZeroPoints: run.weights.qparams.slice(0, 4).map(({ zeroPoint }) => zeroPoint),
    weightCodes: hashOfCodes(run.weights.codes),
    inputCodes: hashOfCodes(ofSample(run.inputCodes, 0, samples)),
    accumulators: [],
    samples: Array.from({ length: Math.min(8, first.length) }, (_, i) => {
      const at = Math.min(i * step, first.length - 1);
      return [at, first[at]!] as const;
    }),
  };
}

/** Calibrates and evaluates as `spec` says. `progress` is called after every batch. */
export function makeGolden(
  spec: GoldenSpec,
  folders: Folders,
  progress: (done: number) => void = () => {},
): Golden {
  const modelBytes = readFileSync(join(folders[spec.model.from], spec.model.file));
  const network = networkOf(readModel(modelBytes));
  const { multiplier, sha256: multiplierSha256 } = multiplierOf(spec.multiplier, folders);
  const isStatic = spec.options.mode === 'static';
  const ranges: Map<Layer, Range> = isStatic
    ? calibrate(network, batches(samplesOf(spec.input, 'train', spec.calibrate, folders), spec.calibrate, 1))
    : new Map();
  const run = approximateNetwork(network, multiplier, spec.options, ranges);
  const samples = samplesOf(spec.input, 'test', spec.count, folders);
  const records = new Map<Layer, GoldenLayer>();
  const hashes = new Map<Layer, string[]>(layersOf(network).map((layer) => [layer, []]));
  const logits: number[][] = [];
  for (const batch of batches(samples, spec.count, spec.batch)) {
    const size = batch.dims[0]!;
    const y = run(batch, (layer, layerRun) => {
      if (!records.has(layer)) records.set(layer, recordOf(layer, layerRun, ranges.get(layer), size));
      const known = hashes.get(layer)!;
      for (let n = 0; n < size && known.length < 4; n++)
        known.push(hashOfAccumulators(ofSample(layerRun.accumulators, n, size)));
    });
    const classes = y.data.length / size;
    for (let n = 0; n < size; n++) logits.push(Array.from(y.data.subarray(n * classes, (n + 1) * classes)));
    progress(logits.length);
  }
  const predicted = logits.map((row) => row.indexOf(Math.max(...row)));
  const labels = samples.labels?.slice(0, spec.count);
  return {
    ...spec,
    modelSha256: sha256(modelBytes),
    multiplierSha256,
    inputSha256: sha256(bytesOf(samples.batch(0, 1).data)),
    layers: Array.from(records, ([layer, record]) => ({ ...record, accumulators: hashes.get(layer)! })),
    logits,
    predicted,
    ...(labels && { labels, correct: labels.filter((label, n) => label === predicted[n]).length }),
  };
}

/** A complete spec from what differs from the defaults. */
export function specOf(
  spec: Omit<GoldenSpec, 'options' | 'batch'> & {
    readonly batch?: number;
    readonly options?: Partial<Options>;
  },
): GoldenSpec {
  return { batch: 1, ...spec, options: { ...defaults, ...spec.options } };
}
