/** The synthetic model of the goldens: every geometry that a Conv can have, and each way to write a dense layer. */
import { randomTensor } from './random.js';
import { type AttributeValue, type InitializerSpec, type NodeSpec, writeModel } from './write_onnx.js';

/** Bytes of an ONNX file with input [N, 3, 9, 11] and output [N, 10]; weights drawn from `seed`. */
export function syntheticModel(seed: number): Buffer {
  const nodes: NodeSpec[] = [];
  const initializers: InitializerSpec[] = [];
  let current = 'input';

  const random = (name: string, dims: number[], low: number, high: number) => {
    const { data } = randomTensor(seed + initializers.length, dims, low, high);
    initializers.push({ name, dims, data: Float32Array.from(data) });
    return name;
  };
  const add = (
    op: string,
    name: string,
    extra: string[],
    attributes: Record<string, AttributeValue> = {},
  ) => {
    nodes.push({ op, name, inputs: [current, ...extra], output: `${name}:out`, attributes });
    current = `${name}:out`;
  };
  const conv = (
    name: string,
    weight: number[],
    withBias: boolean,
    attributes: Record<string, AttributeValue>,
  ) =>
    add(
      'Conv',
      name,
      [random(`${name}.w`, weight, -1, 0.7), ...(withBias ? [random(`${name}.b`, [weight[0]!], -1, 1)] : [])],
      attributes,
    );

  conv('strided', [8, 3, 3, 3], true, { strides: [2, 1], pads: [1, 0, 2, 1] });
  add('Relu', 'relu1', []);
  conv('grouped_dilated', [12, 2, 3, 3], false, { group: 4, dilations: [2, 2], pads: [2, 2, 2, 2] });
  add('BatchNormalization', 'norm', [
    random('norm.gamma', [12], -0.5, 1.5),
    random('norm.beta', [12], -1, 1),
    random('norm.mean', [12], -1, 1),
    random('norm.var', [12], 0.2, 4),
  ]);
  const residual = current;
  conv('depthwise', [12, 1, 5, 4], true, { group: 12, auto_pad: 'SAME_UPPER' });
  add('Add', 'residual', [residual]);
  add('Relu', 'relu2', []);
  conv('pointwise', [10, 12, 1, 1], false, { strides: [1, 1] });
  add('MaxPool', 'pool', [], { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 });
  add('Flatten', 'flatten', [], { axis: 1 });
  const gemm = { alpha: { float: 0.5 }, beta: { float: 2 }, transB: 0 };
  add('Gemm', 'gemm', [random('gemm.w', [150, 16], -0.3, 0.3), random('gemm.b', [16], -1, 1)], gemm);
  add('Relu', 'relu3', []);
  add('MatMul', 'matmul', [random('matmul.w', [16, 10], -1, 1)]);
  add('Add', 'bias', [random('bias.b', [10], -1, 1)]);
  return writeModel(
    nodes,
    initializers,
    { name: 'input', dims: [0, 3, 9, 11] },
    { name: current, dims: [0, 10] },
  );
}
