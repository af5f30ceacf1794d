import { intAttribute, intsAttribute, stringAttribute } from '../attributes.js';
import { failNode, type NodeContext, requiredInput } from '../context.js';
import type { Node } from '../graph.js';

/** Geometry of a convolution or pooling, auto_pad resolved. One entry per spatial axis; pads: all begins, then all ends. */
export interface SpatialParameters {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly pads: readonly number[];
  /** Spatial output sizes. */
  readonly output: readonly number[];
}

export interface ConvParameters extends SpatialParameters {
  readonly group: number;
  readonly outputChannels: number;
}

/** Conv: X [N,C,…], W [O,C/group,…], B? [O]. @throws UserError where shapes and attributes do not fit */
export function convParameters(ctx: NodeContext): ConvParameters {
  const { node } = ctx;
  const x = requiredInput(ctx, 0).shape;
  const w = requiredInput(ctx, 1).shape;
  const group = intAttribute(node, 'group', 1);
  if (x.length < 3 || w.length !== x.length) {
    failNode(
      node,
      `a convolution needs an input [N,C,…] and a weight of the same rank, got [${x}] and [${w}]`,
    );
  }
  if (group < 1 || x[1] !== w[1]! * group || w[0]! % group !== 0) {
    failNode(node, `an input with ${x[1]} channels does not fit a weight [${w}] with ${group} group(s)`);
  }
  const bias = ctx.inputs[2]?.shape;
  if (bias !== undefined && (bias.length !== 1 || bias[0] !== w[0])) {
    failNode(node, `its bias must be [${w[0]}], got [${bias}]`);
  }
  const kernel = w.slice(2);
  const declared = intsAttribute(node, 'kernel_shape');
  if (declared !== undefined && declared.join() !== kernel.join()) {
    failNode(node, `kernel_shape [${declared}] does not fit its weight [${w}]`);
  }
  return { ...spatial(node, x.slice(2), kernel, false), group, outputChannels: w[0]! };
}

/** MaxPool and AveragePool: X [N,C,…]. @throws UserError where shape and attributes do not fit */
export function poolParameters(ctx: NodeContext): SpatialParameters {
  const { node } = ctx;
  const x = requiredInput(ctx, 0).shape;
  const kernel = intsAttribute(node, 'kernel_shape');
  if (kernel === undefined || x.length !== kernel.length + 2) {
    failNode(node, `a pooling with kernel_shape [${kernel ?? ''}] does not fit an input [${x}]`);
  }
  return spatial(node, x.slice(2), kernel, intAttribute(node, 'ceil_mode', 0) !== 0);
}

function spatial(
  node: Node,
  input: readonly number[],
  kernel: readonly number[],
  ceil: boolean,
): SpatialParameters {
  const rank = input.length;
  const strides = listOf(node, 'strides', rank, 1, 1);
  const dilations = listOf(node, 'dilations', rank, 1, 1);
  if (kernel.some((size) => size < 1)) failNode(node, `its kernel [${kernel}] must be at least 1 everywhere`);
  const windows = kernel.map((size, i) => (size - 1) * dilations[i]! + 1);
  const autoPad = stringAttribute(node, 'auto_pad', 'NOTSET');
  const pads = resolvePads(node, autoPad, input, windows, strides);
  const output = input.map((size, i) => {
    const room = size + pads[i]! + pads[i + rank]! - windows[i]!;
    if (room < 0) {
      failNode(node, `its window of ${windows[i]} is larger than its padded input of ${room + windows[i]!}`);
    }
    if (!ceil) return Math.floor(room / strides[i]!) + 1;
    const count = Math.ceil(room / strides[i]!) + 1;
    // A window that would start in the padding at the end is left out.
    return (count - 1) * strides[i]! >= size + pads[i]! ? count - 1 : count;
  });
  return { kernel, strides, dilations, pads, output };
}

function resolvePads(
  node: Node,
  autoPad: string,
  input: readonly number[],
  windows: readonly number[],
  strides: readonly number[],
): readonly number[] {
  const rank = input.length;
  switch (autoPad) {
    case 'NOTSET':
    case '':
      return listOf(node, 'pads', 2 * rank, 0, 0);
    case 'VALID':
      return new Array<number>(2 * rank).fill(0);
    case 'SAME_UPPER':
    case 'SAME_LOWER': {
      const totals = input.map((size, i) => {
        const count = Math.ceil(size / strides[i]!);
        return Math.max(0, (count - 1) * strides[i]! + windows[i]! - size);
      });
      const less = totals.map((total) => Math.floor(total / 2));
      const more = totals.map((total, i) => total - less[i]!);
      return autoPad === 'SAME_UPPER' ? [...less, ...more] : [...more, ...less];
    }
    default:
      return failNode(node, `auto_pad '${autoPad}' is none of NOTSET, SAME_UPPER, SAME_LOWER, VALID`);
  }
}

/** Larger strides, dilations and pads than this are malformed: they would overflow sizes. */
const LARGEST = 2 ** 31 - 1;

function listOf(
  node: Node,
  name: string,
  length: number,
  least: number,
  fallback: number,
): readonly number[] {
  const values = intsAttribute(node, name) ?? new Array<number>(length).fill(fallback);
  if (values.length !== length || values.some((value) => value < least || value > LARGEST)) {
    failNode(node, `attribute '${name}' must be ${length} integers of at least ${least}, got [${values}]`);
  }
  return values;
}
