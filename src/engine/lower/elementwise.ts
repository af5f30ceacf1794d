import { floatAttribute } from '../../onnx/attributes.js';
import type { Node } from '../../onnx/graph.js';
import { clipBounds } from '../../onnx/parameters/clip.js';
import { known, type Lower, lowerUnary, NotNative } from './context.js';

const binary: Lower = (node, context) => {
  expectTwoInputs(node);
  const inputs = node.inputs.map((name) => context.value(name));
  const { activation, output } = context.fuseActivation(node);
  const id = context.builder.tensor('f32', context.shape(output), output);
  context.builder.op(node.op, node.name, inputs, [id], activation);
  context.define(output, id);
};

const prelu: Lower = (node, context) => {
  expectTwoInputs(node);
  const [output] = node.outputs;
  const inputs = node.inputs.map((name) => context.value(name));
  const id = context.builder.tensor('f32', context.shape(output), output);
  context.builder.op('PRelu', node.name, inputs, [id]);
  context.define(output, id);
};

function expectTwoInputs({ op, inputs }: Node): void {
  if (inputs.length !== 2) throw new NotNative(`${op} of ${inputs.length} inputs`);
}

const clip: Lower = (node, context) => {
  const { min, max } = known(clipBounds(context.of(node)));
  if (Number.isNaN(min) || Number.isNaN(max)) throw new NotNative('a bound of Clip is NaN');
  lowerUnary(node, context, { min, max });
};

export const elementwiseLowerings: Readonly<Record<string, Lower>> = {
  Relu: lowerUnary,
  Sigmoid: lowerUnary,
  Tanh: lowerUnary,
  HardSwish: lowerUnary,
  LeakyRelu: (node, context) => lowerUnary(node, context, { alpha: floatAttribute(node, 'alpha', 0.01) }),
  Elu: (node, context) => lowerUnary(node, context, { alpha: floatAttribute(node, 'alpha', 1) }),
  HardSigmoid: (node, context) => {
    lowerUnary(node, context, {
      alpha: floatAttribute(node, 'alpha', 0.2),
      beta: floatAttribute(node, 'beta', 0.5),
    });
  },
  Clip: clip,
  PRelu: prelu,
  Add: binary,
  Sub: binary,
  Mul: binary,
  Div: binary,
};
