/** Operations that move values without computing any. Part of the slow reference. */
import { floatOf, integerOf, integersOf, textOf } from './attributes.js';
import type { Node } from './onnx.js';
import { indexAt, integers, like, sizeOf, stridesOf, type Tensor } from './tensor.js';

type Inputs = readonly (Tensor | undefined)[];

const listOf = (tensor: Tensor | undefined) => tensor && Array.from(tensor.data);

export function reshape(x: Tensor, shape: Tensor): Tensor {
  const dims = Array.from(shape.data, (dim, i) => (dim === 0 ? x.dims[i]! : dim));
  const free = dims.indexOf(-1);
  if (free >= 0) dims[free] = x.data.length / -sizeOf(dims);
  if (sizeOf(dims) !== x.data.length) throw new Error(`cannot reshape [${x.dims}] to [${dims}]`);
  return { ...x, dims };
}

export function flatten(node: Node, x: Tensor): Tensor {
  const axis = integerOf(node, 'axis', 1);
  const split = axis < 0 ? axis + x.dims.length : axis;
  return { ...x, dims: [sizeOf(x.dims.slice(0, split)), sizeOf(x.dims.slice(split))] };
}

export function transpose(node: Node, x: Tensor): Tensor {
  const order = integersOf(node, 'perm') ?? x.dims.map((_, i) => x.dims.length - 1 - i);
  const result = like(
    x,
    order.map((axis) => x.dims[axis]!),
  );
  const strides = stridesOf(x.dims);
  for (let i = 0; i < result.data.length; i++) {
    const index = indexAt(i, result.dims);
    result.data[i] = x.data[order.reduce((sum, axis, j) => sum + index[j]! * strides[axis]!, 0)]!;
  }
  return result;
}

/** Constant padding; pads as an attribute (before opset 11) or as the second input. */
export function pad(node: Node, inputs: Inputs): Tensor {
  const x = inputs[0]!;
  const pads = listOf(inputs[1]) ?? integersOf(node, 'pads')!;
  if (textOf(node, 'mode', 'constant') !== 'constant') throw new Error('only constant padding');
  const rank = x.dims.length;
  const result = like(
    x,
    x.dims.map((dim, i) => dim + pads[i]! + pads[i + rank]!),
  );
  result.data.fill(inputs[2]?.data[0] ?? floatOf(node, 'value', 0));
  const strides = stridesOf(x.dims);
  for (let i = 0; i < result.data.length; i++) {
    const source = indexAt(i, result.dims).map((at, axis) => at - pads[axis]!);
    if (source.some((at, axis) => at < 0 || at >= x.dims[axis]!)) continue;
    result.data[i] = x.data[source.reduce((sum, at, axis) => sum + at * strides[axis]!, 0)]!;
  }
  return result;
}

/** Slice with starts, ends, axes and steps as inputs (opset 10 and up). */
export function slice(inputs: Inputs): Tensor {
  const x = inputs[0]!;
  const starts = listOf(inputs[1])!;
  const ends = listOf(inputs[2])!;
  const axes = listOf(inputs[3]) ?? starts.map((_, i) => i);
  const steps = listOf(inputs[4]) ?? starts.map(() => 1);
  const picked = x.dims.map((dim) => Array.from({ length: dim }, (_, i) => i));
  axes.forEach((axis, i) => {
    const at = axis < 0 ? axis + x.dims.length : axis;
    const dim = x.dims[at]!;
    const step = steps[i]!;
    const from = starts[i]! < 0 ? starts[i]! + dim : starts[i]!;
    const to = ends[i]! < 0 ? ends[i]! + dim : ends[i]!;
    const rows: number[] = [];
    if (step > 0) for (let j = Math.max(0, from); j < Math.min(to, dim); j += step) rows.push(j);
    else for (let j = Math.min(from, dim - 1); j > Math.max(to, -1); j += step) rows.push(j);
    picked[at] = rows;
  });
  const result = like(
    x,
    picked.map((rows) => rows.length),
  );
  const strides = stridesOf(x.dims);
  for (let i = 0; i < result.data.length; i++) {
    const index = indexAt(i, result.dims);
    result.data[i] = x.data[index.reduce((sum, at, axis) => sum + picked[axis]![at]! * strides[axis]!, 0)]!;
  }
  return result;
}

export function concat(node: Node, inputs: readonly Tensor[]): Tensor {
  const first = inputs[0]!;
  const axis = (integerOf(node, 'axis', 0) + first.dims.length) % first.dims.length;
  const dims = [...first.dims];
  dims[axis] = inputs.reduce((sum, tensor) => sum + tensor.dims[axis]!, 0);
  const result = like(first, dims);
  const inner = sizeOf(dims.slice(axis + 1));
  let position = 0;
  for (let outer = 0; outer < sizeOf(dims.slice(0, axis)); outer++)
    for (const tensor of inputs) {
      const run = tensor.dims[axis]! * inner;
      for (let i = 0; i < run; i++) result.data[position++] = tensor.data[outer * run + i]!;
    }
  return result;
}

/** Gather along axis 0 of a vector, as shape arithmetic does. */
export function gather(x: Tensor, indices: Tensor): Tensor {
  if (x.dims.length !== 1) throw new Error(`Gather from [${x.dims}]`);
  return {
    ...like(x, indices.dims),
    data: like(x, indices.dims).data.map((_, i) => x.data.at(indices.data[i]!)!),
  };
}

export function constantOfShape(node: Node, shape: Tensor): Tensor {
  const value = node.attributes.get('value')?.t;
  if (value?.type !== 'int64') throw new Error('ConstantOfShape of floats');
  const dims = Array.from(shape.data);
  return integers(dims, new Array<number>(sizeOf(dims)).fill(value.data[0]!));
}
