import { intAttribute } from '../attributes.js';
import { broadcastShapes, failNode, type NodeContext, requiredInput, type ValueType } from '../context.js';
import { elementTypeOf } from '../element_types.js';
import type { ElementType } from '../graph.js';
import { softmaxExtents } from '../parameters/axes.js';
import type { ShapeRule } from './rule.js';

const same: ShapeRule = (ctx) => [requiredInput(ctx, 0)];

const sameShape =
  (type: ElementType): ShapeRule =>
  (ctx) => [{ type, shape: requiredInput(ctx, 0).shape }];

function broadcastAll(ctx: NodeContext): ValueType {
  const inputs = ctx.inputs.map((_, i) => requiredInput(ctx, i));
  if (inputs.length === 0) failNode(ctx.node, 'it has no inputs; the model is malformed');
  const shape = broadcastShapes(
    ctx.node,
    inputs.map((input) => input.shape),
  );
  return { type: inputs[0]!.type, shape };
}

const broadcast: ShapeRule = (ctx) => [broadcastAll(ctx)];
const broadcastToBool: ShapeRule = (ctx) => [{ ...broadcastAll(ctx), type: 'bool' }];

const where: ShapeRule = (ctx) => [{ ...broadcastAll(ctx), type: requiredInput(ctx, 1).type }];

/** The slope broadcasts to X, not the other way round. */
const prelu: ShapeRule = (ctx) => {
  const x = requiredInput(ctx, 0);
  const { shape } = broadcastAll(ctx);
  if (shape.join() !== x.shape.join())
    failNode(ctx.node, `its slope does not broadcast to its input [${x.shape}]`);
  return [x];
};

/** The element type that an int attribute names by its number. */
function namedType(
  ctx: NodeContext,
  attribute: string,
  fallback: ElementType | undefined,
): ElementType | undefined {
  const code = intAttribute(ctx.node, attribute, 0);
  return code === 0 ? fallback : elementTypeOf(code);
}

const cast: ShapeRule = (ctx) => {
  const type = namedType(ctx, 'to', undefined);
  return type && [{ type, shape: requiredInput(ctx, 0).shape }];
};

const castLike: ShapeRule = (ctx) => [
  { type: requiredInput(ctx, 1).type, shape: requiredInput(ctx, 0).shape },
];

const quantize: ShapeRule = (ctx) => {
  const type = ctx.inputs[2]?.type ?? namedType(ctx, 'output_dtype', 'uint8');
  return type && [{ type, shape: requiredInput(ctx, 0).shape }];
};

const dequantize: ShapeRule = (ctx) => {
  const type = namedType(ctx, 'output_dtype', requiredInput(ctx, 1).type);
  return type && [{ type, shape: requiredInput(ctx, 0).shape }];
};

const dropout: ShapeRule = (ctx) => {
  const x = requiredInput(ctx, 0);
  return [x, { type: ctx.opset < 10 ? x.type : 'bool', shape: x.shape }];
};

const softmax: ShapeRule = (ctx) => {
  softmaxExtents(ctx);
  return [requiredInput(ctx, 0)];
};

const batchNormalization: ShapeRule = (ctx) => {
  const x = requiredInput(ctx, 0);
  const channels = x.shape[1] ?? 1;
  for (let i = 1; i <= 4; i++) {
    const { shape } = requiredInput(ctx, i);
    if (shape.length !== 1 || shape[0] !== channels) {
      failNode(ctx.node, `input ${i} must be [${channels}] for an input [${x.shape}], got [${shape}]`);
    }
  }
  return [x];
};

const UNARY = [
  ...[
    'Relu',
    'LeakyRelu',
    'Sigmoid',
    'Tanh',
    'HardSigmoid',
    'HardSwish',
    'Elu',
    'Selu',
    'Celu',
    'Gelu',
    'Mish',
  ],
  ...['Swish', 'Softplus', 'Softsign', 'ThresholdedRelu', 'Shrink', 'Clip', 'Hardmax', 'LRN'],
  ...['Exp', 'Log', 'Sqrt', 'Abs', 'Neg', 'Erf', 'Floor', 'Ceil', 'Round', 'Sign', 'Reciprocal', 'Identity'],
  ...[
    'Sin',
    'Cos',
    'Tan',
    'Asin',
    'Acos',
    'Atan',
    'Sinh',
    'Cosh',
    'Asinh',
    'Acosh',
    'Atanh',
    'Not',
    'BitwiseNot',
  ],
  ...['InstanceNormalization', 'GroupNormalization', 'LayerNormalization', 'LpNormalization', 'CumSum'],
  ...['MeanVarianceNormalization', 'RMSNormalization', 'Trilu', 'ScatterElements', 'ScatterND', 'Scatter'],
];

export const ELEMENTWISE_RULES: ReadonlyMap<string, ShapeRule> = new Map<string, ShapeRule>([
  ...UNARY.map((op) => [op, same] as const),
  ...['Add', 'Sub', 'Mul', 'Div', 'Mod', 'Pow', 'Min', 'Max', 'Sum', 'Mean'].map(
    (op) => [op, broadcast] as const,
  ),
  ...['BitwiseAnd', 'BitwiseOr', 'BitwiseXor', 'BitShift'].map((op) => [op, broadcast] as const),
  ...['Equal', 'Less', 'Greater', 'LessOrEqual', 'GreaterOrEqual'].map(
    (op) => [op, broadcastToBool] as const,
  ),
  ...['And', 'Or', 'Xor'].map((op) => [op, broadcastToBool] as const),
  ...['IsNaN', 'IsInf'].map((op) => [op, sameShape('bool')] as const),
  ['Softmax', softmax],
  ['LogSoftmax', softmax],
  ['Where', where],
  ['PRelu', prelu],
  ['Cast', cast],
  ['CastLike', castLike],
  ['QuantizeLinear', quantize],
  ['DequantizeLinear', dequantize],
  ['Dropout', dropout],
  ['BatchNormalization', batchNormalization],
]);
