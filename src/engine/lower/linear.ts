import { floatAttribute, intAttribute } from '../../onnx/attributes.js';
import type { Node } from '../../onnx/graph.js';
import { convParameters } from '../../onnx/parameters/spatial.js';
import { isMatMul } from '../../onnx/private_ops.js';
import type { TensorId } from '../plan.js';
import type { Lower, LoweringContext } from './context.js';
import { imageShape, windowOf } from './window.js';

/** Float32 Conv; the approximate one is in approximate.ts. */
const conv: Lower = (node, context) => {
  const { builder } = context;
  const parameters = convParameters(context.of(node));
  const inputShape = context.shape(node.inputs[0]);
  const weightShape = context.shape(node.inputs[1]);
  const x = builder.view(context.value(node.inputs[0]), imageShape(inputShape), node.inputs[0]);
  const w = builder.view(context.value(node.inputs[1]), imageShape(weightShape), node.inputs[1]);
  const shape = context.shape(node.outputs[0]);
  const { activation, output } = context.fuseActivation(node);
  const id = builder.tensor('f32', imageShape(shape), output);
  const { strides, pads, dilations } = windowOf(parameters);
  builder.op('Conv', node.name, [x, w, optional(node.inputs[2], context)], [id], {
    strides,
    pads,
    dilations,
    group: parameters.group,
    ...activation,
  });
  context.define(output, builder.view(id, shape, output));
};

const gemm: Lower = (node, context) => {
  const { activation, output } = context.fuseActivation(node);
  const inputs = [
    context.value(node.inputs[0]),
    context.value(node.inputs[1]),
    optional(node.inputs[2], context),
  ];
  const id = context.builder.tensor('f32', context.shape(output), output);
  context.builder.op('Gemm', node.name, inputs, [id], {
    transA: intAttribute(node, 'transA', 0),
    transB: intAttribute(node, 'transB', 0),
    alpha: floatAttribute(node, 'alpha', 1),
    beta: floatAttribute(node, 'beta', 1),
    ...activation,
  });
  context.define(output, id);
};

/** MatMul, also the one with a bias that passes make (onnx/private_ops.ts). */
const matMul: Lower = (node, context) => {
  const { builder } = context;
  const inputs = [context.value(node.inputs[0]), context.value(node.inputs[1])];
  if (node.inputs.length > 2) {
    biasedMatMul(node, context, inputs);
    return;
  }
  const [output] = node.outputs;
  const id = builder.tensor('f32', context.shape(output), output);
  builder.op('MatMul', node.name, inputs, [id]);
  context.define(output, id);
};

function biasedMatMul(node: Node, context: LoweringContext, [a, b]: TensorId[]) {
  const { builder } = context;
  const shape = context.shape(node.outputs[0]);
  const [depth, columns] = builder.shape(b);
  const rows = shape.slice(0, -1).reduce((product, size) => product * size, 1);
  const { activation, output } = context.fuseActivation(node);
  const id = builder.tensor('f32', [rows, columns], output);
  const inputs = [builder.view(a, [rows, depth], node.inputs[0]), b, context.value(node.inputs[2])];
  builder.op('Gemm', node.name, inputs, [id], { transA: 0, transB: 0, alpha: 1, beta: 1, ...activation });
  context.define(output, builder.view(id, shape, output));
}

function optional(name: string | undefined, context: LoweringContext): TensorId {
  return name === undefined || name === '' ? -1 : context.value(name);
}

export const linearLowerings: Readonly<Record<string, Lower>> = { Conv: conv, Gemm: gemm, MatMul: matMul };

/** The lowering of a node of the standard domain, or of a pass's own MatMul. */
export function isStandard(node: Node): boolean {
  return node.domain === '' || isMatMul(node);
}
