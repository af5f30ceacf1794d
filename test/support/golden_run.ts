import { isLinear } from '../../src/engine/linear_layer.js';
import { Network } from '../../src/engine/network.js';
import { type ApproximateModel, approximationOf, openNetwork, slotsOf } from '../../src/eval/approximate.js';
import { fillBatch } from '../../src/eval/input_batch.js';
import { TEST_DEVICE } from './engine.js';

/** Ops that give the same float32 bits in every correct implementation: one rounding each, or none. */
const EXACT_OPS = new Set(
  'Add Sub Mul Relu Clip MaxPool Reshape Flatten Squeeze Unsqueeze Transpose Slice Pad Concat Split Identity'.split(
    ' ',
  ),
);

/** Runs a network over samples, in batches of the model's size, the last one filled up. */
async function runAll(
  network: Network,
  { bound }: ApproximateModel,
  input: Float32Array,
): Promise<Map<string, Float32Array>> {
  const size = bound.input.shape.slice(1).reduce((product, dimension) => product * dimension, 1);
  const samples = input.length / size;
  const parts = new Map<string, Float32Array[]>();
  for (let first = 0; first < samples; first += bound.batch) {
    const count = Math.min(bound.batch, samples - first);
    const full = fillBatch(input.subarray(first * size, (first + count) * size), count, bound.batch);
    const values = await network.run(new Map([[bound.input.name, full]]));
    for (const [name, value] of [...values, [bound.input.name, full] as const]) {
      const valid = value.slice(0, (value.length / bound.batch) * count);
      parts.set(name, [...(parts.get(name) ?? []), valid]);
    }
  }
  await network.release();
  return new Map([...parts].map(([name, list]) => [name, joined(list)]));
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Logits of all samples, [samples, classes], of the network as an evaluation runs it. */
export async function logitsOf(
  model: ApproximateModel,
  input: Float32Array,
  threads: number,
): Promise<Float32Array> {
  const values = await runAll(
    await openNetwork(model, 'approximate', { threads, device: TEST_DEVICE }),
    model,
    input,
  );
  return values.get(model.bound.output.name) as Float32Array;
}

/** Inputs and outputs of all approximate layers over all samples, by value name: nothing is fused across them. */
export async function layerValues(
  model: ApproximateModel,
  input: Float32Array,
  threads: number,
): Promise<ReadonlyMap<string, Float32Array>> {
  const layers = slotsOf(model.assignments);
  const observe = new Set([...layers.keys()].flatMap((layer) => [layer.input, layer.output]));
  observe.delete(model.bound.input.name);
  const network = await Network.create(model.bound.graph, {
    observe: [...observe],
    layers,
    approximation: approximationOf(model),
    threads,
    device: TEST_DEVICE,
  });
  model.multipliers.forEach((multiplier, slot) => {
    network.setMultiplier(slot, multiplier);
  });
  return runAll(network, model, input);
}

/** Values that no float32 sum precedes: integers and single roundings alone decide their bits. */
export function exactValues({ bound, assignments }: ApproximateModel): ReadonlySet<string> {
  const { graph } = bound;
  const exact = new Set([bound.input.name, ...graph.constants.keys()]);
  const approximated = new Set(assignments.flatMap(({ node, slot }) => (slot === null ? [] : [node])));
  for (const node of graph.nodes) {
    const exactNode = isLinear(node) ? approximated.has(node) : EXACT_OPS.has(node.op);
    if (!exactNode || !node.inputs.every((name) => name === '' || exact.has(name))) continue;
    for (const name of node.outputs) exact.add(name);
  }
  return exact;
}
