import { tensorAttribute } from '../attributes.js';
import { requiredInput } from '../context.js';
import { allocate } from '../element_types.js';
import { shapeOutput } from '../shapes/shape_ops.js';
import { allConstant, type Evaluator } from './evaluator.js';

const int64 = (values: readonly number[], shape: readonly number[]) => ({
  type: 'int64' as const,
  shape,
  data: BigInt64Array.from(values, BigInt),
});

const shape: Evaluator = (ctx, output) => int64(shapeOutput(ctx), output.shape);

const size: Evaluator = (ctx) => int64([requiredInput(ctx, 0).shape.reduce((a, b) => a * b, 1)], []);

const constantOfShape: Evaluator = (ctx, output) => {
  const data = allocate(
    output.type,
    output.shape.reduce((a, b) => a * b, 1),
  );
  const value = tensorAttribute(ctx.node, 'value')?.data[0];
  if (value !== undefined) data.fill(value as never);
  return { ...output, data };
};

const range: Evaluator = (ctx, output) => {
  const inputs = allConstant(ctx);
  if (inputs === undefined || (output.type !== 'int64' && output.type !== 'int32')) return undefined;
  const [start, , delta] = inputs.map((tensor) => Number(tensor.data[0]));
  const data = allocate(output.type, output.shape[0]!);
  for (let i = 0; i < data.length; i++) {
    const value = start! + i * delta!;
    data[i] = output.type === 'int64' ? BigInt(value) : value;
  }
  return { ...output, data };
};

/** Shape and Size need only the shape of their input; the others make tensors from constants. */
export const SHAPES: ReadonlyMap<string, Evaluator> = new Map([
  ['Shape', shape],
  ['Size', size],
  ['ConstantOfShape', constantOfShape],
  ['Range', range],
]);
