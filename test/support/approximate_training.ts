import { linearLayers } from '../../src/engine/linear_layer.js';
import { type GradientTables, gradientTables } from '../../src/multiplier/gradient/gradient_tables.js';
import { lre, ste } from '../../src/multiplier/gradient/linear.js';
import { firstOperand, type Multiplier } from '../../src/multiplier/multiplier.js';
import type { Graph, Node } from '../../src/onnx/graph.js';
import type { QMethod, Range } from '../../src/quant/qparams.js';
import type { TrainingNetworkOptions } from '../../src/train/plan/training_network.js';
import { type Approximate64, ApproximateLayer64 } from './float64/approximate.js';
import type { SpecialNode } from './float64/network.js';

export interface ApproximateCase {
  readonly multiplier: Multiplier;
  readonly estimator: 'ste' | 'lre' | 'table';
  readonly qmethod: QMethod;
  readonly activationBits?: number;
  readonly weightBits?: number;
  readonly fullRange?: boolean;
  readonly padding?: 'lookup' | 'skip';
  /** Of every value that a layer reads, before the step. */
  readonly range: Range;
  readonly momentum: number;
  /** Nodes that stay float32. */
  readonly exact?: readonly string[];
}

/** The settings of one step, for the network and for the reference. */
export function approximateCase(graph: Graph, setting: ApproximateCase) {
  const { multiplier, qmethod, range, momentum, exact = [] } = setting;
  const layers = linearLayers(graph).flatMap((layer) => {
    return 'reason' in layer || exact.includes(layer.node.name) ? [] : [layer];
  });
  const ranges = new Map(layers.map(({ input }) => [input, range]));
  const common = {
    qmethod,
    activationBits: setting.activationBits ?? multiplier.bits,
    weightBits: setting.weightBits ?? multiplier.bits,
    fullRange: setting.fullRange ?? false,
    padding: setting.padding ?? 'lookup',
    ranges,
  };
  const { tables, byActivation, byWeight } = gradientsOf(multiplier, setting.estimator);
  const network: Partial<TrainingNetworkOptions> = {
    layers: new Map(layers.map((layer) => [layer, 0])),
    approximation: { ...common, slots: [multiplier] },
    gradients: [tables],
  };
  const tracked = new Map<string, Range>();
  const reference: Approximate64 = {
    ...common,
    activation: multiplier.activation,
    weight: multiplier.weight,
    product: lookUp(multiplier),
    byActivation,
    byWeight,
    momentum,
    tracked,
  };
  const nodes = new Set(layers.map(({ node }) => node));
  return { network, special: specialNodes(graph, nodes, reference), tracked };
}

/** Layers in the place of nodes: made at the first evaluation, and then as if they were linear. */
function specialNodes(graph: Graph, nodes: ReadonlySet<Node>, settings: Approximate64): SpecialNode {
  const made = new Map<Node, ApproximateLayer64>();
  return (node, inputs) => {
    if (!nodes.has(node)) return undefined;
    const layer = made.get(node) ?? new ApproximateLayer64(graph, node, settings, inputs);
    made.set(node, layer);
    return layer.at(inputs);
  };
}

type OfCodes = (a: number, w: number) => number;

function lookUp({ activation, weight, bits, table }: Multiplier): OfCodes {
  const [a0, w0] = [firstOperand(activation, bits), firstOperand(weight, bits)];
  return (a, w) => table[(a - a0) * 2 ** bits + (w - w0)]!;
}

/** Derivatives of numerics.md §4 as functions of codes, and as the engine takes them. */
function gradientsOf(
  multiplier: Multiplier,
  estimator: ApproximateCase['estimator'],
): { tables: GradientTables; byActivation: OfCodes; byWeight: OfCodes } {
  const { activation, weight, bits } = multiplier;
  const size = 2 ** bits;
  const operands = (type: typeof activation) => {
    return Array.from({ length: size }, (_, i) => i + firstOperand(type, bits));
  };
  const [activations, weights] = [operands(activation), operands(weight)];
  if (estimator === 'ste') return { tables: ste(multiplier), byActivation: (_, w) => w, byWeight: (a) => a };
  const product = lookUp(multiplier);
  if (estimator === 'lre') {
    return {
      tables: lre(multiplier),
      byActivation: once((w) => slope(activations, (a) => product(a, w)), 1),
      byWeight: once((a) => slope(weights, (w) => product(a, w)), 0),
    };
  }
  const byActivation: OfCodes = (a, w) => Math.fround(w + 9 * Math.sin(0.05 * a + 0.02 * w));
  const byWeight: OfCodes = (a, w) => Math.fround(a - 7 * Math.cos(0.03 * a - 0.04 * w));
  const whole = (f: OfCodes) => Float32Array.from(activations.flatMap((a) => weights.map((w) => f(a, w))));
  return { tables: gradientTables(whole(byActivation), whole(byWeight), multiplier), byActivation, byWeight };
}

/** A function of one of the two codes, evaluated once for each. */
function once(f: (code: number) => number, argument: 0 | 1): OfCodes {
  const known = new Map<number, number>();
  return (...codes) => {
    const code = codes[argument];
    const value = known.get(code) ?? f(code);
    known.set(code, value);
    return value;
  };
}

/** Of the least-squares line through (x, y(x)). */
function slope(xs: readonly number[], y: (x: number) => number): number {
  const center = xs.reduce((a, b) => a + b, 0) / xs.length;
  const squares = xs.reduce((sum, x) => sum + (x - center) ** 2, 0);
  return xs.reduce((sum, x) => sum + (x - center) * y(x), 0) / squares;
}
