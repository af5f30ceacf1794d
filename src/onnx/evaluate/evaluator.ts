import type { NodeContext, ValueType } from '../context.js';
import type { Tensor } from '../graph.js';

/** Computes a node's only output, whose type and shape are known; undefined where it cannot. */
export type Evaluator = (ctx: NodeContext, output: ValueType) => Tensor | undefined;

/** All inputs as constants; undefined where one is omitted or not constant. */
export function allConstant(ctx: NodeContext): readonly Tensor[] | undefined {
  const { constants } = ctx;
  return constants.every((tensor) => tensor !== undefined) ? constants : undefined;
}

/** Row-major strides of a shape, in elements. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  return strides;
}

/** Source index of every output element, where output index i along an axis reads `offset + i · stride` there. */
export function stridedIndices(shape: readonly number[], strides: readonly number[], offset = 0): Int32Array {
  const count = shape.reduce((a, b) => a * b, 1);
  const indices = new Int32Array(count);
  const position = shape.map(() => 0);
  let source = offset;
  for (let i = 0; i < count; i++) {
    indices[i] = source;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      source += strides[axis]!;
      position[axis]!++;
      if (position[axis]! < shape[axis]!) break;
      source -= strides[axis]! * shape[axis]!;
      position[axis] = 0;
    }
  }
  return indices;
}

/** Strides with which an input of `shape` is read when it is broadcast to `output` (0 along repeated axes). */
export function broadcastStrides(shape: readonly number[], output: readonly number[]): number[] {
  const own = stridesOf(shape);
  return output.map((_, axis) => {
    const inner = axis - output.length + shape.length;
    return inner < 0 || shape[inner] === 1 ? 0 : own[inner]!;
  });
}
