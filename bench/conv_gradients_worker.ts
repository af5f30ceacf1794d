/** The gradients of ResNet-20's layers in this process: arguments are the batch and the threads. Prints JSON. */
import { loadAddon } from '../src/engine/addon.js';
import type { TensorId } from '../src/engine/plan.js';
import { PlanBuilder } from '../src/engine/plan_builder.js';
import { Random } from '../src/util/random.js';

/** Fastest seconds of every kind of op, summed over the layers. */
export interface GradientTimes {
  readonly isa: string;
  readonly seconds: Readonly<Record<string, number>>;
  readonly byLayer: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Layers of one shape: channels, outputs, size of the image, stride, and how many there are. */
const LAYERS = [
  [3, 16, 32, 1, 1],
  [16, 16, 32, 1, 6],
  [16, 32, 32, 2, 1],
  [32, 32, 16, 1, 5],
  [32, 64, 16, 2, 1],
  [64, 64, 8, 1, 5],
] as const;
const ROUNDS = 12;

const [batch, threads] = process.argv.slice(2).map(Number) as [number, number];
const addon = loadAddon();
addon.setThreads(threads);
const random = new Random(1);
const builder = new PlanBuilder();
const inputs: TensorId[] = [];
const feeds: Float32Array[] = [];
const outputs: TensorId[] = [];

function feed(shape: readonly number[], name: string): TensorId {
  const id = builder.tensor('f32', shape, name);
  const some = Float32Array.from({ length: 4096 }, () => random.normal());
  const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
  for (let i = 0; i < values.length; i += some.length)
    values.set(some.subarray(0, Math.min(some.length, values.length - i)), i);
  inputs.push(id);
  feeds.push(values);
  return id;
}

function constant(values: Float32Array | Uint8Array | Int32Array, shape: readonly number[]): TensorId {
  return builder.constant(values, shape, 'constant');
}

const operands = Float32Array.from({ length: 256 }, (_, i) => i - 128);
for (const [channels, outs, size, stride, count] of LAYERS) {
  const layer = `${channels} → ${outs}, ${size}×${size}${stride > 1 ? `, stride ${stride}` : ''}`;
  const image = [batch, channels, size, size];
  const weightShape = [outs, channels, 3, 3];
  const weights = outs * channels * 9;
  const window = { strides: [stride, stride], pads: [1, 1, 1, 1], dilations: [1, 1], group: 1 };
  const halo = { halo: [1, 1, 1, 1] };
  const x = feed(image, 'x');
  const g = feed([batch, outs, size / stride, size / stride], 'g');
  const w = feed(weightShape, 'w');
  const qparams = constant(Float32Array.of(1 / 32, 0), [1, 2]);
  const codes = builder.tensor('u8', [batch, channels, size + 2, size + 2], 'codes');
  const mask = builder.tensor('u8', [(batch * channels * size * size) / 8], 'mask');
  const quantized = [
    constant(
      Uint8Array.from({ length: weights }, () => random.integer(256)),
      weightShape,
    ),
    constant(new Float32Array(outs).fill(0.01), [outs]),
    constant(new Int32Array(outs), [outs]),
  ];
  const derivative = constant(operands, [256]);
  builder.op('Quantize', layer, [x, qparams], [codes, mask], { ...halo, signed: 1, lo: 1, hi: 255 });
  const add = (type: string, shape: readonly number[], from: readonly TensorId[], attributes: object) => {
    const to = builder.tensor('f32', shape, type);
    builder.op(type, layer, from, [to], { ...window, ...attributes });
    outputs.push(to);
  };
  for (let i = 0; i < count; i++) {
    add('LutConvWeightGradient', weightShape, [g, codes, qparams, derivative, w, ...quantized], {
      ...halo,
      padding: 'lookup',
      activationSigned: 1,
      weightSigned: 1,
      weightLo: 1,
      weightHi: 255,
    });
    // The network's input needs no gradient.
    if (channels > 3) add('LutConvInputGradient', image, [g, ...quantized, derivative, mask], halo);
    add('ConvWeightGradient', weightShape, [g, x], {});
    if (channels > 3) add('ConvInputGradient', image, [g, w], {});
    add('Conv', [batch, outs, size / stride, size / stride], [x, w], { act: 'none' });
  }
}
// The gradients of the first layer of a shape stand for the plan's results; the others are computed all the same.
const plan = addon.createPlan(builder.finish(inputs, outputs.slice(0, 1), 0));
const fastest = new Map<number, number>();
let before: readonly number[] = plan.profile().map(() => 0);
for (let round = 0; round < ROUNDS; round++) {
  await plan.run(feeds);
  const seconds = plan.profile().map((op) => op.seconds);
  for (const [i, total] of seconds.entries()) {
    fastest.set(i, Math.min(fastest.get(i) ?? Infinity, total - (before[i] ?? 0)));
  }
  before = seconds;
}
const seconds: Record<string, number> = {};
const byLayer: Record<string, Record<string, number>> = {};
for (const [i, { name, type }] of plan.profile().entries()) {
  const time = fastest.get(i) ?? 0;
  seconds[type] = (seconds[type] ?? 0) + time;
  const layer = byLayer[name] ?? {};
  layer[type] = Math.min(layer[type] ?? Infinity, time);
  byLayer[name] = layer;
}
const times: GradientTimes = { isa: addon.isa(), seconds, byLayer };
process.stdout.write(`${JSON.stringify(times)}\n`);
