import { floatAttribute, intAttribute } from '../attributes.js';
import { failNode } from '../context.js';
import type { Graph, Node } from '../graph.js';
import { type FoldedNode, foldedNodes, revive } from './folded_nodes.js';

/** A constant input of a node of the simplified graph. */
export interface Place {
  readonly node: Node;
  readonly input: number;
}

/** New values of a constant. */
export interface Change extends Place {
  readonly values: Float32Array;
}

/** New weights and bias of a layer after folding; undefined ones stay. */
export interface LayerValues {
  readonly weight: Float32Array | undefined;
  readonly bias: Float32Array | undefined;
}

/** A constant that is added, times `sign`, to the layer's output behind the first `position` folded nodes. */
export interface BiasPlace extends Place {
  readonly sign: number;
  readonly position: number;
}

/** The graphs between the passes; see optimize.ts. */
export interface Stages {
  /** With the constants of the file, after `simplify`. */
  readonly simplified: Graph;
  /** After `foldGemm`. */
  readonly normal: Graph;
  /** After all passes. */
  readonly optimized: Graph;
}

/** Input of a node whose values are added to the others', by operator. */
const ADDED: ReadonlyMap<string, { input(layerInput: number): number; readonly sign: number }> = new Map([
  ['BatchNormalization', { input: () => 2, sign: 1 }],
  ['Add', { input: (layerInput: number) => 1 - layerInput, sign: 1 }],
  ['Sub', { input: () => 1, sign: -1 }],
]);

/**
 * A Conv, Gemm or MatMul together with what the passes (fold_gemm, fold_batch_norm, fold_affine) folded into it: turns new folded
 * weights into the constants that give them.
 */
export class UnfoldedLayer {
  readonly weight: Place;
  readonly #stages: Stages;
  readonly #folded: readonly FoldedNode[];
  /** Of a Gemm before its normal form. */
  readonly #alpha: number;
  readonly #beta: number;
  readonly #transposed: boolean;
  /** Extents of the folded weights along and behind the output channels. */
  readonly #channels: number;
  readonly #inner: number;
  /** Folded, as the file has them. */
  readonly #weight: Float32Array;
  readonly #bias: Float32Array | undefined;

  /** @param node the layer in the optimized graph */
  constructor(stages: Stages, node: Node) {
    const { simplified, normal, optimized } = stages;
    const original = simplified.nodes.find(({ name }) => name === node.name)!;
    const weight = optimized.constants.get(node.inputs[1]!)!;
    const axis = node.op === 'MatMul' ? 1 : 0;
    const isGemm = node.op === 'Gemm';
    this.weight = { node: original, input: 1 };
    this.#stages = stages;
    this.#folded = foldedNodes(normal, node);
    this.#alpha = isGemm ? floatAttribute(original, 'alpha', 1) : 1;
    this.#beta = isGemm ? floatAttribute(original, 'beta', 1) : 1;
    this.#transposed = isGemm && intAttribute(original, 'transB', 0) === 0;
    this.#channels = weight.shape[axis]!;
    this.#inner = weight.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
    this.#weight = weight.data as Float32Array;
    this.#bias = optimized.constants.get(node.inputs[2] ?? '')?.data as Float32Array | undefined;
  }

  /** Where a change of the folded bias can go, the last place first. */
  biasPlaces(): BiasPlace[] {
    const { node } = this.weight;
    const places: BiasPlace[] = [{ node, input: 2, sign: this.#beta, position: 0 }];
    for (const [i, { node, layerInput }] of this.#folded.entries()) {
      const added = ADDED.get(node.op);
      if (added === undefined) continue;
      places.unshift({ node, input: added.input(layerInput), sign: added.sign, position: i + 1 });
    }
    return places.filter((place) => {
      const values = this.#valuesAt(place);
      if (values === undefined || values.length !== this.#bias?.length) return false;
      return this.#product(this.#folded.slice(place.position)).every((factor) => factor * place.sign !== 0);
    });
  }

  /**
   * Scales of BatchNormalizations that wipe channels out: they must change for the weights to matter.
   * @throws UserError where another node multiplies a channel by 0
   */
  vanishingScales(): Place[] {
    const all = Array.from({ length: this.#channels }, () => true);
    const alive = this.#folded.map((one) => revive(one, all, this.#stages.simplified));
    if (this.#product(alive).some((factor) => factor * this.#alpha === 0)) {
      failNode(this.weight.node, 'its output is multiplied by 0, so that its weights cannot be trained');
    }
    return alive.flatMap((one) => ('scale' in one ? [{ node: one.node, input: 1 }] : []));
  }

  /**
   * Constants of the simplified graph that fold into these values; those of unchanged channels keep their bytes.
   * @param place one of `biasPlaces`; needed where the bias changes, or a scale does
   */
  unfold(values: LayerValues, place: BiasPlace | undefined): Change[] {
    const { weight = this.#weight, bias = this.#bias } = values;
    const changed = this.#changedChannels(weight);
    const folded = this.#folded.map((one) => revive(one, changed, this.#stages.simplified));
    return [
      ...(changed.includes(true) ? [{ ...this.weight, values: this.#unfoldWeight(weight, folded) }] : []),
      ...folded.flatMap((one) => ('scale' in one ? [{ node: one.node, input: 1, values: one.scale }] : [])),
      ...(place && bias ? [{ ...place, values: this.#unfoldBias(bias, folded, place) }] : []),
    ];
  }

  #channelOf(index: number): number {
    return Math.floor(index / this.#inner) % this.#channels;
  }

  #changedChannels(weight: Float32Array): boolean[] {
    const changed = new Array<boolean>(this.#channels).fill(false);
    weight.forEach((value, i) => {
      if (value !== this.#weight[i]) changed[this.#channelOf(i)] = true;
    });
    return changed;
  }

  #unfoldWeight(weight: Float32Array, folded: readonly FoldedNode[]): Float32Array {
    const result = Float32Array.from(this.#valuesAt(this.weight)!);
    const [before, after] = [this.#product(this.#folded), this.#product(folded)];
    const depth = weight.length / this.#channels;
    for (let i = 0; i < weight.length; i++) {
      const c = this.#channelOf(i);
      if (weight[i] === this.#weight[i] && after[c] === before[c]) continue;
      // foldGemm turned [K,N] into [N,K].
      const target = this.#transposed ? (i % depth) * this.#channels + c : i;
      result[target] = weight[i]! / (after[c]! * this.#alpha);
    }
    return result;
  }

  #unfoldBias(bias: Float32Array, folded: readonly FoldedNode[], place: BiasPlace): Float32Array {
    const result = Float32Array.from(this.#valuesAt(place)!);
    const later = this.#product(folded.slice(place.position));
    const own = this.#stages.normal.nodes.find(({ name }) => name === this.weight.node.name)!.inputs[2] ?? '';
    const start = this.#stages.normal.constants.get(own)?.data;
    for (let i = 0; i < result.length; i++) {
      const revived = folded.some(({ factor }, j) => factor[i] !== this.#folded[j]!.factor[i]);
      if (bias[i] === this.#bias![i] && !revived) continue;
      const now = folded.reduce(
        (y, { factor, shift }) => y * factor[i]! + shift[i]!,
        Number(start?.[i] ?? 0),
      );
      result[i]! += (bias[i]! - now) / ((later[i] ?? 1) * place.sign);
    }
    return result;
  }

  /** Of the nodes' factors, for each channel. */
  #product(folded: readonly FoldedNode[]): Float64Array {
    return Float64Array.from({ length: this.#channels }, (_, c) => {
      return folded.reduce((product, { factor }) => product * factor[c]!, 1);
    });
  }

  #valuesAt({ node, input }: Place): Float32Array | undefined {
    return this.#stages.simplified.constants.get(node.inputs[input] ?? '')?.data as Float32Array | undefined;
  }
}
