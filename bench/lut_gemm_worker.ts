/** One LUT-GEMM in this process: arguments are the threads and 'full' or 'half' (codes ≥ 0). Prints JSON. */
import { loadAddon } from '../src/engine/addon.js';
import { PlanBuilder } from '../src/engine/plan_builder.js';
import { Random } from '../src/util/random.js';

const M = 3072;
const N = 64;
const K = 576;

const [threads, range] = process.argv.slice(2);
const addon = loadAddon();
addon.setThreads(Number(threads));
const random = new Random(1);
const lo = range === 'half' ? 128 : 0;
const builder = new PlanBuilder();
const x = builder.tensor('f32', [M, K, 1, 1], 'x');
const qparams = builder.constant(Float32Array.of(1, 0), [1, 2], 'qparams');
const codes = builder.tensor('u8', [M, K, 1, 1], 'codes');
builder.op('Quantize', 'q', [x, qparams], [codes], { halo: [0, 0, 0, 0], signed: 1, lo, hi: 255 });
const weights = Uint8Array.from({ length: N * K }, () => random.integer(256));
const y = builder.tensor('f32', [M, N, 1, 1], 'y');
builder.op(
  'LutConv',
  'gemm',
  [
    codes,
    qparams,
    builder.constant(weights, [N, K, 1, 1], 'w'),
    builder.constant(new Float32Array(N).fill(1), [N], 'ws'),
    builder.constant(new Int32Array(N), [N], 'wz'),
  ],
  [y],
  {
    lut: 0,
    strides: [1, 1],
    dilations: [1, 1],
    pads: [0, 0, 0, 0],
    group: 1,
    halo: [0, 0, 0, 0],
    padding: 'lookup',
    activationSigned: 1,
    weightSigned: 1,
    act: 'none',
  },
);
const plan = addon.createPlan(builder.finish([x], [y], 1));
plan.setLut(
  0,
  addon.createLut(Int32Array.from({ length: 65536 }, (_, i) => ((i >> 8) - 128) * ((i & 255) - 128))),
);
const input = Float32Array.from({ length: M * K }, () => lo - 128 + random.integer(256 - lo));

const seconds = () => plan.profile()[1].seconds;
await plan.run([input]);
const rates: number[] = [];
for (let i = 0; i < 7; i++) {
  const before = seconds();
  await plan.run([input]);
  rates.push((M * N * K) / (seconds() - before) / 1e9);
}
process.stdout.write(`${JSON.stringify({ kernel: plan.profile()[1].kernel, rates })}\n`);
