import type { OperandType } from '../../../src/multiplier/multiplier.js';
import { intAttribute } from '../../../src/onnx/attributes.js';
import { contextOf } from '../../../src/onnx/context.js';
import type { Graph, Node } from '../../../src/onnx/graph.js';
import { convParameters } from '../../../src/onnx/parameters/spatial.js';
import type { QMethod, Range } from '../../../src/quant/qparams.js';
import { rint } from '../../../src/util/rint.js';
import { taps } from './linear.js';
import { indicesOf, sizeOf, type Tensor64 } from './tensor.js';

/** Approximate layers by the letter of numerics.md §2 to §4, functions of codes. */
export interface Approximate64 {
  readonly activation: OperandType;
  readonly weight: OperandType;
  readonly product: (a: number, w: number) => number;
  /** D_a and D_w without zero points. */
  readonly byActivation: (a: number, w: number) => number;
  readonly byWeight: (a: number, w: number) => number;
  readonly qmethod: QMethod;
  readonly activationBits: number;
  readonly weightBits: number;
  readonly fullRange: boolean;
  readonly padding: 'lookup' | 'skip';
  /** Of mode 'static', before the step; each moves by `momentum` towards the range of the values at hand. */
  readonly ranges: ReadonlyMap<string, Range>;
  readonly momentum: number;
  /** The moved ranges: filled as the layers are made. */
  readonly tracked: Map<string, Range>;
}

interface Codes {
  readonly scale: number;
  readonly zeroPoint: number;
  readonly code: (x: number) => number;
  /** 1 where a gradient passes. */
  readonly mask: (x: number) => number;
}

/** One product of a sum: positions in the layer's input (−1: padding) and in its weights. */
interface Tap {
  readonly x: number;
  readonly w: number;
}

/** What one output element adds up. */
interface Output {
  readonly image: number;
  readonly channel: number;
  readonly taps: readonly Tap[];
}

/** A product with its derivatives by input and weight, both times the scale that the gradient has. */
interface Slope extends Tap {
  readonly byInput: number;
  readonly byWeight: number;
}

/**
 * A layer at one point, and beyond it: its outputs there, and for other inputs, weights and biases what its gradient
 * (numerics.md §4) says of them, as if it were linear. Differences of that are the gradients.
 */
export class ApproximateLayer64 {
  readonly #shape: readonly number[];
  readonly #at: readonly (Tensor64 | undefined)[];
  readonly #outputs: readonly { channel: number; value: number; slopes: readonly Slope[] }[];

  constructor(graph: Graph, node: Node, settings: Approximate64, at: readonly (Tensor64 | undefined)[]) {
    this.#shape = (graph.values.get(node.outputs[0]!) as { shape: readonly number[] }).shape;
    this.#at = at;
    const [x, w, bias] = at as [Tensor64, Tensor64, Tensor64 | undefined];
    const outputs = outputsOf(graph, node, x.shape);
    const activations = activationCodes(node.inputs[0]!, x, settings);
    const weights = weightCodes(w, outputs, settings);
    this.#outputs = outputs.map(({ image, channel, taps: all }) => {
      const a = activations[image % activations.length]!;
      const b = weights[channel % weights.length]!;
      let acc = 0;
      const counted = settings.padding === 'skip' ? all.filter((tap) => tap.x >= 0) : all;
      const slopes = counted.map((tap): Slope => {
        const [input, weight] = [tap.x < 0 ? 0 : x.data[tap.x]!, w.data[tap.w]!];
        const qa = tap.x < 0 ? a.zeroPoint : a.code(input);
        const qw = b.code(weight);
        acc += settings.product(qa, qw) - b.zeroPoint * qa - a.zeroPoint * qw + a.zeroPoint * b.zeroPoint;
        return {
          x: tap.x,
          w: tap.w,
          byInput: a.mask(input) * b.scale * (settings.byActivation(qa, qw) - b.zeroPoint),
          byWeight: b.mask(weight) * a.scale * (settings.byWeight(qa, qw) - a.zeroPoint),
        };
      });
      return { channel, value: acc * Math.fround(a.scale * b.scale) + biasAt(bias, channel), slopes };
    });
  }

  at([x, w, bias]: readonly (Tensor64 | undefined)[]): Tensor64 {
    const [x0, w0, bias0] = this.#at as [Tensor64, Tensor64, Tensor64 | undefined];
    const dx = x!.data.map((value, i) => value - x0.data[i]!);
    const dw = w!.data.map((value, i) => value - w0.data[i]!);
    const data = Float64Array.from(this.#outputs, ({ channel, value, slopes }) => {
      let sum = value + biasAt(bias, channel) - biasAt(bias0, channel);
      for (const slope of slopes) {
        sum += dw[slope.w]! * slope.byWeight;
        if (slope.x >= 0) sum += dx[slope.x]! * slope.byInput;
      }
      return sum;
    });
    return { shape: this.#shape, data };
  }
}

const biasAt = (bias: Tensor64 | undefined, channel: number): number =>
  bias === undefined ? 0 : bias.data[channel % bias.data.length]!;

function outputsOf(graph: Graph, node: Node, shape: readonly number[]): Output[] {
  const context = contextOf(graph, node)!;
  const weight = context.inputs[1]!.shape;
  if (node.op === 'Conv') {
    const parameters = convParameters(context);
    const [n, channels, ...plane] = shape as [number, number, ...number[]];
    const [outputs, depth, ...kernel] = weight as [number, number, ...number[]];
    const flat = (index: readonly number[], sizes: readonly number[]) =>
      index.reduce((position, i, axis) => position * sizes[axis]! + i, 0);
    return indicesOf([n, outputs, ...parameters.output]).map(([image, channel, ...at]) => {
      const first = Math.floor(channel! / (outputs / parameters.group)) * depth;
      const all = [...taps(parameters, plane, at)].flatMap(({ tap, from }) => {
        return Array.from({ length: depth }, (_, c) => ({
          x: from === undefined ? -1 : flat([image!, first + c, ...from], [n, channels, ...plane]),
          w: flat([channel!, c, ...tap], [outputs, depth, ...kernel]),
        }));
      });
      return { image: image!, channel: channel!, taps: all };
    });
  }
  const outputsFirst = intAttribute(node, 'transB', 0) === 1;
  const [outputs, depth] = outputsFirst ? [weight[0]!, weight[1]!] : [weight[1]!, weight[0]!];
  const rows = sizeOf(shape) / depth;
  return indicesOf([rows, outputs]).map(([row, channel]) => ({
    image: Math.floor(row! / (rows / shape[0]!)),
    channel: channel!,
    taps: Array.from({ length: depth }, (_, k) => ({
      x: row! * depth + k,
      w: outputsFirst ? channel! * depth + k : k * outputs + channel!,
    })),
  }));
}

/** One for all images, or one for each. */
function activationCodes(value: string, x: Tensor64, settings: Approximate64): Codes[] {
  const { activation, activationBits, fullRange, qmethod, ranges, momentum, tracked } = settings;
  const of = (range: Range) => codesOf(range, activation, activationBits, fullRange);
  if (qmethod.mode === 'static') {
    const known = tracked.get(value);
    if (known !== undefined) return [of(known)];
    const before = ranges.get(value)!;
    const seen = rangeOf(x.data);
    const moved = {
      min: Math.fround(before.min + momentum * (seen.min - before.min)),
      max: Math.fround(before.max + momentum * (seen.max - before.max)),
    };
    tracked.set(value, moved);
    return [of(moved)];
  }
  if (qmethod.activation === 'tensor') return [of(rangeOf(x.data))];
  const size = x.data.length / x.shape[0]!;
  return Array.from({ length: x.shape[0]! }, (_, n) =>
    of(rangeOf(x.data.subarray(n * size, (n + 1) * size))),
  );
}

/** One for all output channels, or one for each. */
function weightCodes(w: Tensor64, outputs: readonly Output[], settings: Approximate64): Codes[] {
  const { weight, weightBits, qmethod } = settings;
  if (qmethod.weight === 'tensor') return [codesOf(rangeOf(w.data), weight, weightBits, false)];
  const channels = Math.max(...outputs.map(({ channel }) => channel)) + 1;
  return Array.from({ length: channels }, (_, channel) => {
    const one = outputs.find((output) => output.channel === channel)!;
    return codesOf(rangeOf(one.taps.map((tap) => w.data[tap.w]!)), weight, weightBits, false);
  });
}

function rangeOf(values: ArrayLike<number>): Range {
  const all = Array.from(values, Math.fround);
  return { min: Math.min(0, ...all), max: Math.max(0, ...all) };
}

/** numerics.md §2 */
function codesOf({ min, max }: Range, type: OperandType, bits: number, fullRange: boolean): Codes {
  const signed = type === 'int8';
  const top = signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
  const bottom = signed ? -top - (fullRange ? 1 : 0) : 0;
  const scale = Math.fround((signed ? Math.max(-min, max) : Math.fround(max - min)) / top) || 1;
  const clamp = (code: number) => Math.min(Math.max(code, bottom), top);
  const zeroPoint = signed ? 0 : clamp(rint(Math.fround(-min / scale)));
  const unclipped = (x: number) => rint(Math.fround(Math.fround(x) / scale)) + zeroPoint;
  return {
    scale,
    zeroPoint,
    code: (x) => clamp(unclipped(x)),
    mask: (x) => (unclipped(x) === clamp(unclipped(x)) ? 1 : 0),
  };
}
