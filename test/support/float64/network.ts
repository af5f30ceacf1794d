import { floatAttribute, intAttribute } from '../../../src/onnx/attributes.js';
import { contextOf, normalizeAxis } from '../../../src/onnx/context.js';
import type { Graph, Node } from '../../../src/onnx/graph.js';
import {
  reduceParameters,
  softmaxExtents,
  splitParameters,
  transposePermutation,
} from '../../../src/onnx/parameters/axes.js';
import { clipBounds } from '../../../src/onnx/parameters/clip.js';
import { padParameters } from '../../../src/onnx/parameters/pad.js';
import { sliceParameters } from '../../../src/onnx/parameters/slice.js';
import { BINARY, combine, POINTWISE } from './elementwise.js';
import { concat, pad, slice, transpose } from './layout.js';
import { convolve, matMul, pool } from './linear.js';
import { along, logSoftmax, lrn, mean, sum, variance } from './reduce.js';
import { build, element, type Tensor64 } from './tensor.js';

/** How BatchNormalization computes: with its constant statistics, or with those of the batch. */
export type BatchNormMode = 'freeze' | 'train';

/** Computes a node in another way; undefined where it does not. */
export type SpecialNode = (node: Node, inputs: readonly (Tensor64 | undefined)[]) => Tensor64 | undefined;

/**
 * A value of a graph with known shapes, computed in float64 by plain loops: the reference for gradients.
 * @param given the inputs, and values in the place of constants
 */
export function evaluate64(
  graph: Graph,
  output: string,
  given: ReadonlyMap<string, ArrayLike<number>>,
  batchNorm: BatchNormMode = 'freeze',
  special: SpecialNode = () => undefined,
): Tensor64 {
  const values = new Map<string, Tensor64>();
  for (const [name, { shape, data }] of graph.constants) {
    values.set(name, { shape, data: Float64Array.from(data as Float32Array, Number) });
  }
  for (const [name, data] of given) {
    const shape = (graph.values.get(name) ?? graph.constants.get(name))?.shape as readonly number[];
    values.set(name, { shape, data: Float64Array.from(data) });
  }
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((name) => values.get(name));
    const other = special(node, inputs);
    const results =
      other === undefined ? compute(graph, node, (name) => values.get(name) as Tensor64, batchNorm) : [other];
    node.outputs.forEach((name, index) => {
      values.set(name, results[index]);
    });
  }
  return values.get(output) as Tensor64;
}

function compute(
  graph: Graph,
  node: Node,
  value: (name: string) => Tensor64,
  batchNorm: BatchNormMode,
): Tensor64[] {
  const context = contextOf(graph, node);
  if (context === undefined) throw new Error(`unknown shapes at ${node.name}`);
  const [x, b, c] = node.inputs.map(value);
  const shapeOf = (name: string) => graph.values.get(name)?.shape as readonly number[];
  const shape = shapeOf(node.outputs[0]);
  const attribute = (name: string, fallback: number) => floatAttribute(node, name, fallback);
  if (node.op in POINTWISE) {
    return [{ shape, data: x.data.map((value) => POINTWISE[node.op](value, attribute)) }];
  }
  if (node.op in BINARY) return [combine(x, b, BINARY[node.op])];
  switch (node.op) {
    case 'Clip': {
      const { min, max } = clipBounds(context) as { min: number; max: number };
      return [{ shape, data: x.data.map((value) => Math.min(Math.max(value, min), max)) }];
    }
    case 'Conv':
      return [convolve(context, x, b, c)];
    case 'MatMul': {
      const product = matMul(x, b);
      return [c === undefined ? product : combine(product, c, BINARY.Add)];
    }
    case 'Gemm': {
      const a = intAttribute(node, 'transA', 0) === 1 ? transpose(x, [1, 0]) : x;
      const factor = intAttribute(node, 'transB', 0) === 1 ? transpose(b, [1, 0]) : b;
      const product = matMul(a, factor);
      const alpha = attribute('alpha', 1);
      const beta = attribute('beta', 1);
      return [build(shape, (index) => alpha * element(product, index) + (c ? beta * element(c, index) : 0))];
    }
    case 'MaxPool':
    case 'AveragePool':
      return [pool(context, x)];
    case 'GlobalAveragePool':
      return [along(x, spatial(x), mean)];
    case 'GlobalMaxPool':
      return [along(x, spatial(x), (values) => Math.max(...values))];
    case 'BatchNormalization':
      return [normalize(node, node.inputs.map(value), batchNorm)];
    case 'LRN':
      return [
        lrn(
          x,
          intAttribute(node, 'size', 1),
          attribute('alpha', 1e-4),
          attribute('beta', 0.75),
          attribute('bias', 1),
        ),
      ];
    case 'ReduceMean':
    case 'ReduceSum': {
      const axes = reduceParameters(context)?.axes ?? [];
      return [{ shape, data: along(x, axes, node.op === 'ReduceMean' ? mean : sum).data }];
    }
    case 'Softmax':
    case 'LogSoftmax': {
      const result = logSoftmax({ shape: softmaxExtents(context), data: x.data }, 1).data;
      return [{ shape, data: node.op === 'Softmax' ? result.map(Math.exp) : result }];
    }
    case 'Concat':
      return [
        concat(node.inputs.map(value), normalizeAxis(node, intAttribute(node, 'axis', 0), shape.length)),
      ];
    case 'Split': {
      const { axis, sizes } = splitParameters(context) as { axis: number; sizes: readonly number[] };
      const steps = x.shape.map(() => 1);
      let start = 0;
      return node.outputs.map((output, part) => {
        const starts = x.shape.map((_, at) => (at === axis ? start : 0));
        start += sizes[part];
        return slice(x, starts, steps, shapeOf(output));
      });
    }
    case 'Slice': {
      const { starts, steps } = sliceParameters(context) as {
        starts: readonly number[];
        steps: readonly number[];
      };
      return [slice(x, starts, steps, shape)];
    }
    case 'Pad': {
      const {
        begins,
        mode,
        value: fill = 0,
      } = padParameters(context) as NonNullable<ReturnType<typeof padParameters>>;
      return [pad(x, begins, shape, mode, fill)];
    }
    case 'Transpose':
      return [transpose(x, transposePermutation(context))];
    case 'Reshape':
    case 'Flatten':
    case 'Squeeze':
    case 'Unsqueeze':
    case 'Identity':
      return [{ shape, data: x.data }];
    default:
      throw new Error(`the float64 reference has no ${node.op}`);
  }
}

const spatial = (x: Tensor64) => [...x.shape.keys()].slice(2);

function normalize(
  node: Node,
  [x, scale, bias, fixedMean, fixedVariance]: Tensor64[],
  mode: BatchNormMode,
): Tensor64 {
  const others = [...x.shape.keys()].filter((axis) => axis !== 1);
  const center = mode === 'train' ? along(x, others, mean).data : fixedMean.data;
  const spread = mode === 'train' ? along(x, others, variance).data : fixedVariance.data;
  const epsilon = floatAttribute(node, 'epsilon', 1e-5);
  return build(x.shape, (index) => {
    const c = index[1];
    return ((element(x, index) - center[c]) / Math.sqrt(spread[c] + epsilon)) * scale.data[c] + bias.data[c];
  });
}

/** Mean of −log softmax over the rows of logits [N, C]. */
export function crossEntropy64(logits: Tensor64, labels: ArrayLike<number>): number {
  const rows = labels.length;
  const shape = [rows, logits.data.length / rows];
  const probabilities = logSoftmax({ shape, data: logits.data }, 1);
  return -mean(Array.from(labels, (label, row) => element(probabilities, [row, label])));
}
