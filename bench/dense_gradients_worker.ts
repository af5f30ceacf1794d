/** Gradients of a dense layer in this process: arguments are its batch, outputs and inputs, and the threads. Prints JSON. */
import { loadAddon } from '../src/engine/addon.js';
import { PlanBuilder } from '../src/engine/plan_builder.js';
import { Random } from '../src/util/random.js';

const [batch, outputs, inputs, threads] = process.argv.slice(2).map(Number) as [
  number,
  number,
  number,
  number,
];
const addon = loadAddon();
addon.setThreads(threads);
const random = new Random(1);
const values = (count: number) => Float32Array.from({ length: count }, () => random.normal());
const builder = new PlanBuilder();
const x = builder.tensor('f32', [batch, inputs, 1, 1], 'x');
const g = builder.tensor('f32', [batch, outputs, 1, 1], 'g');
const w = builder.tensor('f32', [outputs, inputs, 1, 1], 'w');
const dx = builder.tensor('f32', [batch, inputs, 1, 1], 'dx');
const dw = builder.tensor('f32', [outputs, inputs, 1, 1], 'dw');
const window = { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], group: 1 };
builder.op('ConvInputGradient', 'dx', [g, w], [dx], window);
builder.op('ConvWeightGradient', 'dw', [g, x], [dw], window);
const plan = addon.createPlan(builder.finish([x, g, w], [dx, dw], 0));
const feeds = [values(batch * inputs), values(batch * outputs), values(outputs * inputs)];
const rounds = Math.min(300, Math.max(10, Math.ceil(2e9 / (batch * outputs * inputs))));
const fastest = [Infinity, Infinity];
let before = [0, 0];
for (let round = 0; round < rounds; round++) {
  await plan.run(feeds);
  const seconds = plan.profile().map((op) => op.seconds);
  for (const i of [0, 1]) fastest[i] = Math.min(fastest[i]!, seconds[i]! - before[i]!);
  before = seconds;
}
process.stdout.write(`${JSON.stringify(fastest)}\n`);
