/** Every operation of the slow reference but the multiplying layers, chosen by name. */
import { integerOf } from './attributes.js';
import { batchNormalization, binary, clip, map, softmax } from './elementwise.js';
import type { Node } from './onnx.js';
import { globalAveragePool, pool } from './pool.js';
import { concat, constantOfShape, flatten, gather, pad, reshape, slice, transpose } from './shape_ops.js';
import { integers, type Tensor } from './tensor.js';

/** The first output of `node`. An omitted optional input is undefined. Throws for an operation it lacks. */
export function compute(node: Node, inputs: readonly (Tensor | undefined)[], opset: number): Tensor {
  const given = inputs.filter((tensor) => tensor !== undefined);
  const x = given[0];
  if (node.op === 'Constant') return node.attributes.get('value')!.t!;
  if (x === undefined) throw new Error(`${node.op} ${node.name} without input`);
  switch (node.op) {
    case 'Relu':
      return map(x, (value) => Math.max(value, 0));
    case 'Add':
    case 'Sub':
    case 'Mul':
    case 'Div':
      return binary(node.op, x, given[1]!);
    case 'Clip':
      return clip(node, inputs);
    case 'BatchNormalization':
      return batchNormalization(node, given);
    case 'Softmax':
      return softmax(node, x, opset);
    case 'MaxPool':
    case 'AveragePool':
      return pool(node, x);
    case 'GlobalAveragePool':
      return globalAveragePool(x);
    case 'Identity':
    case 'Dropout':
      return x;
    case 'Cast':
      return integerOf(node, 'to', 0) === 1
        ? { type: 'float32', dims: x.dims, data: Float32Array.from(x.data) }
        : integers(x.dims, x.data.map(Math.trunc));
    case 'Shape':
      return integers([x.dims.length], x.dims);
    case 'Reshape':
      return reshape(x, given[1]!);
    case 'Flatten':
      return flatten(node, x);
    case 'Transpose':
      return transpose(node, x);
    case 'Pad':
      return pad(node, inputs);
    case 'Slice':
      return slice(inputs);
    case 'Concat':
      return concat(node, given);
    case 'Gather':
      return gather(x, given[1]!);
    case 'ConstantOfShape':
      return constantOfShape(node, x);
    default:
      throw new Error(`the reference has no ${node.op} (node ${node.name})`);
  }
}
