import type { EngineOptions } from '../engine/device.js';
import type { LinearLayer } from '../engine/linear_layer.js';
import { Network } from '../engine/network.js';
import type { Multiplier } from '../multiplier/multiplier.js';
import type { Graph, Node } from '../onnx/graph.js';
import { orRelease } from '../util/release.js';
import { type ApproximateModel, approximationOf, exactTwin, slotsOf } from './approximate.js';
import { fillBatch } from './input_batch.js';
import { partsOf, withObservableBatch } from './observed_batch.js';

/** Signal-to-noise ratios of one layer's output in dB; 'inf' where there is no noise. */
export interface LayerNoise {
  /** Against the exact multiplier on the same codes: what this layer's multiplier alone does. */
  readonly exact: number | 'inf';
  /** Against the float32 network: everything up to this layer, quantization included. */
  readonly float: number | 'inf';
}

/** Suffix of the twins that compute a layer once more with the exact multiplier. */
const TWIN = '/exact twin';

interface Sums {
  signal: number;
  noise: number;
}

/** Measures every approximate layer while the approximate network runs on a few samples. */
export class LayerNoiseProbe {
  readonly #model: ApproximateModel;
  readonly #approximate: Network;
  readonly #float: Network;
  readonly #layers: readonly LinearLayer[];
  readonly #exactSums = new Map<string, Sums>();
  readonly #floatSums = new Map<string, Sums>();

  private constructor(model: ApproximateModel, approximate: Network, float: Network) {
    this.#model = model;
    this.#approximate = approximate;
    this.#float = float;
    this.#layers = [...slotsOf(model.assignments).keys()];
  }

  static async open(
    whole: ApproximateModel,
    { threads, device, kernel }: EngineOptions,
  ): Promise<LayerNoiseProbe> {
    const observed = [...slotsOf(whole.assignments).keys()].map((layer) => layer.output);
    // Each layer's output comes from the approximate network, from the layer's twin and from the float network.
    const model = await withObservableBatch(whole, observed, 3);
    const slots = slotsOf(model.assignments);
    const { graph, twins } = withTwins(model.bound.graph, [...slots.keys()]);
    const outputs = [...slots.keys()].map((layer) => layer.output);
    const exactSlots = new Map(
      [...slots].map(([layer, slot]) => [twins.get(layer) as LinearLayer, slot + model.multipliers.length]),
    );
    const approximation = approximationOf(model);
    const approximate = await Network.create(graph, {
      layers: new Map([...slots, ...exactSlots]),
      approximation: { ...approximation, slots: [...approximation.slots, ...approximation.slots] },
      observe: [...outputs, ...outputs.map((name) => name + TWIN)],
      threads,
      device,
      kernel,
    });
    const float = await orRelease(approximate, () =>
      Network.create(model.bound.graph, { observe: outputs, threads, device }),
    );
    return orRelease(new LayerNoiseProbe(model, approximate, float), (probe) => {
      probe.use(model.multipliers);
      return probe;
    });
  }

  /** Begins anew with other multipliers of the same operand types, one for each slot. */
  use(multipliers: readonly Multiplier[]): void {
    this.#exactSums.clear();
    this.#floatSums.clear();
    multipliers.forEach((multiplier, slot) => {
      this.#approximate.setMultiplier(slot, multiplier);
      this.#approximate.setMultiplier(slot + multipliers.length, exactTwin(multiplier));
    });
  }

  /** Adds samples: float32 [count, …]. */
  async add(input: Float32Array, count: number): Promise<void> {
    for (const part of partsOf(input, count, this.#model.bound.batch))
      await this.#addPart(part.input, part.count);
  }

  async #addPart(input: Float32Array, count: number): Promise<void> {
    const { bound } = this.#model;
    const inputs = new Map([[bound.input.name, fillBatch(input, count, bound.batch)]]);
    const approximate = await this.#approximate.run(inputs);
    const float = await this.#float.run(inputs);
    for (const { output } of this.#layers) {
      const valid = (values: Float32Array | undefined) => {
        const all = values as Float32Array;
        return all.subarray(0, (all.length / bound.batch) * count);
      };
      const measured = valid(approximate.get(output));
      accumulate(this.#exactSums, output, valid(approximate.get(output + TWIN)), measured);
      accumulate(this.#floatSums, output, valid(float.get(output)), measured);
    }
  }

  /** By node name. */
  result(): Map<string, LayerNoise> {
    return new Map(
      this.#layers.map(({ node, output }) => [
        node.name,
        { exact: decibels(this.#exactSums.get(output)), float: decibels(this.#floatSums.get(output)) },
      ]),
    );
  }

  cancel(): void {
    this.#approximate.cancel();
    this.#float.cancel();
  }

  async release(): Promise<void> {
    await this.#approximate.release();
    await this.#float.release();
  }
}

/** The graph with a second copy of each layer, whose output nobody but the observer reads. */
function withTwins(graph: Graph, layers: readonly LinearLayer[]) {
  const twins = new Map<LinearLayer, LinearLayer>();
  const values = new Map(graph.values);
  const byNode = new Map(layers.map((layer) => [layer.node, layer]));
  const nodes = graph.nodes.flatMap((node): Node[] => {
    const layer = byNode.get(node);
    if (layer === undefined) return [node];
    const output = layer.output + TWIN;
    const twin: Node = { ...node, name: node.name + TWIN, outputs: [output] };
    const value = graph.values.get(layer.output);
    if (value !== undefined) values.set(output, value);
    twins.set(layer, { ...layer, node: twin, output });
    return [node, twin];
  });
  return { graph: { ...graph, nodes, values }, twins };
}

function accumulate(
  all: Map<string, Sums>,
  name: string,
  reference: Float32Array,
  measured: Float32Array,
): void {
  const sums = all.get(name) ?? { signal: 0, noise: 0 };
  for (let i = 0; i < reference.length; i++) {
    const error = measured[i] - reference[i];
    sums.signal += reference[i] * reference[i];
    sums.noise += error * error;
  }
  all.set(name, sums);
}

function decibels(sums: Sums | undefined): number | 'inf' {
  if (sums === undefined || sums.noise === 0) return 'inf';
  return 10 * Math.log10(sums.signal / sums.noise);
}
