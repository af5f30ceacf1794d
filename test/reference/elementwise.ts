/** Float operations that act element by element, each result rounded to float32. Part of the slow reference. */
import { floatOf } from './attributes.js';
import type { Node } from './onnx.js';
import { indexAt, like, stridesOf, type Tensor } from './tensor.js';

function broadcastDims(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const left = a[i - rank + a.length] ?? 1;
    const right = b[i - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) throw new Error(`cannot broadcast [${a}] with [${b}]`);
    return left === 1 ? right : left;
  });
}

/** Flat position in a tensor of shape `dims` that broadcasting reads for `index` of the result. */
function broadcastPosition(index: readonly number[], dims: readonly number[]): number {
  const strides = stridesOf(dims);
  const shift = index.length - dims.length;
  return dims.reduce((sum, dim, i) => sum + (dim === 1 ? 0 : index[i + shift]! * strides[i]!), 0);
}

export function binary(op: string, a: Tensor, b: Tensor): Tensor {
  const dims = broadcastDims(a.dims, b.dims);
  const result = like(a, dims);
  for (let i = 0; i < result.data.length; i++) {
    const index = indexAt(i, dims);
    const x = a.data[broadcastPosition(index, a.dims)]!;
    const y = b.data[broadcastPosition(index, b.dims)]!;
    // A float64 result of two float32 values, rounded once more to float32, is the correctly rounded one.
    if (op === 'Add') result.data[i] = x + y;
    else if (op === 'Sub') result.data[i] = x - y;
    else if (op === 'Mul') result.data[i] = x * y;
    else result.data[i] = x / y;
  }
  return result;
}

export function map(tensor: Tensor, f: (x: number, position: number) => number): Tensor {
  const result = like(tensor, tensor.dims);
  for (let i = 0; i < result.data.length; i++) result.data[i] = f(tensor.data[i]!, i);
  return result;
}

export function clip(node: Node, inputs: readonly (Tensor | undefined)[]): Tensor {
  const low = inputs[1]?.data[0] ?? floatOf(node, 'min', Number.NEGATIVE_INFINITY);
  const high = inputs[2]?.data[0] ?? floatOf(node, 'max', Number.POSITIVE_INFINITY);
  return map(inputs[0]!, (x) => Math.min(Math.max(x, low), high));
}

/** Inference form: (x − mean)·γ/√(var + ε) + β for channel axis 1, in float64, rounded once. */
export function batchNormalization(node: Node, inputs: readonly Tensor[]): Tensor {
  const [x, gamma, beta, mean, variance] = inputs;
  const epsilon = floatOf(node, 'epsilon', 1e-5);
  const plane = stridesOf(x!.dims)[1]!;
  return map(x!, (value, i) => {
    const c = Math.floor(i / plane) % x!.dims[1]!;
    const factor = gamma!.data[c]! / Math.sqrt(variance!.data[c]! + epsilon);
    return (value - mean!.data[c]!) * factor + beta!.data[c]!;
  });
}

/** Softmax over the last axis (the only one that the reference's models use). */
export function softmax(node: Node, x: Tensor, opset: number): Tensor {
  const axis = node.attributes.get('axis')?.i ?? (opset >= 13 ? -1 : 1);
  if (axis !== -1 && axis !== x.dims.length - 1) throw new Error(`Softmax over axis ${axis} of [${x.dims}]`);
  const result = like(x, x.dims);
  const width = x.dims.at(-1)!;
  for (let start = 0; start < x.data.length; start += width) {
    const row = x.data.subarray(start, start + width);
    const peak = Math.max(...row);
    let total = 0;
    for (const value of row) total += Math.exp(value - peak);
    row.forEach((value, i) => {
      result.data[start + i] = Math.exp(value - peak) / total;
    });
  }
  return result;
}
