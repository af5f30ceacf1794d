import { floatAttribute } from '../../onnx/attributes.js';
import type { Node } from '../../onnx/graph.js';
import type { PlanAttribute } from '../plan.js';
import { constantNumbers, type Lower, type LoweringContext, NotNative } from './context.js';

function unary(
  attributes: (node: Node, context: LoweringContext) => Record<string, PlanAttribute> = () => ({}),
): Lower {
  return (node, context) => {
    const [output] = node.outputs;
    const input = context.value(node.inputs[0]);
    const id = context.builder.tensor('f32', context.shape(output), output);
    context.builder.op(node.op, node.name, [input], [id], attributes(node, context));
    context.define(output, id);
  };
}

const binary: Lower = (node, context) => {
  const inputs = node.inputs.map((name) => context.value(name));
  const { activation, output } = context.fuseActivation(node);
  const id = context.builder.tensor('f32', context.shape(output), output);
  context.builder.op(node.op, node.name, inputs, [id], activation);
  context.define(output, id);
};

const prelu: Lower = (node, context) => {
  const [output] = node.outputs;
  const inputs = node.inputs.map((name) => context.value(name));
  const id = context.builder.tensor('f32', context.shape(output), output);
  context.builder.op('PRelu', node.name, inputs, [id]);
  context.define(output, id);
};

/** Bounds of a Clip; attributes before opset 11, inputs since. */
export function clipBounds(node: Node, context: LoweringContext): { min: number; max: number } {
  if (node.inputs.length === 1 && (node.attributes.has('min') || node.attributes.has('max'))) {
    return {
      min: floatAttribute(node, 'min', Number.NEGATIVE_INFINITY),
      max: floatAttribute(node, 'max', Number.POSITIVE_INFINITY),
    };
  }
  const min = constantNumbers(context, node.inputs[1])?.[0] ?? Number.NEGATIVE_INFINITY;
  const max = constantNumbers(context, node.inputs[2])?.[0] ?? Number.POSITIVE_INFINITY;
  if (Number.isNaN(min) || Number.isNaN(max)) throw new NotNative('a bound of Clip is NaN');
  return { min, max };
}

export const elementwiseLowerings: Readonly<Record<string, Lower>> = {
  Relu: unary(),
  Sigmoid: unary(),
  Tanh: unary(),
  HardSwish: unary(),
  LeakyRelu: unary((node) => ({ alpha: floatAttribute(node, 'alpha', 0.01) })),
  Elu: unary((node) => ({ alpha: floatAttribute(node, 'alpha', 1) })),
  HardSigmoid: unary((node) => ({
    alpha: floatAttribute(node, 'alpha', 0.2),
    beta: floatAttribute(node, 'beta', 0.5),
  })),
  Clip: unary(clipBounds),
  PRelu: prelu,
  Add: binary,
  Sub: binary,
  Mul: binary,
  Div: binary,
};
