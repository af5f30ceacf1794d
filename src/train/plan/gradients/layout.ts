import { byOp, emit, type Gradient } from './gradient.js';

const concat: Gradient = (op, context) => {
  const { builder, gradient } = context;
  const axis = op.attributes.axis as number;
  const starts = builder.shape(gradient).map(() => 0);
  for (const part of op.inputs) {
    const shape = builder.shape(part);
    if (context.needs(part)) {
      const slice = { starts: [...starts], steps: shape.map(() => 1) };
      context.add(part, emit(context, op, 'Slice', [gradient], shape, slice));
    }
    starts[axis] += shape[axis];
  }
};

const transpose: Gradient = (op, context) => {
  const [x] = op.inputs;
  const perm = op.attributes.perm as readonly number[];
  const inverse = perm.map((_, axis) => perm.indexOf(axis));
  context.add(
    x,
    emit(context, op, 'Transpose', [context.gradient], context.builder.shape(x), { perm: inverse }),
  );
};

export const layoutGradients: Readonly<Record<string, Gradient>> = {
  Concat: concat,
  Slice: byOp('SliceGradient', () => []),
  Pad: byOp(
    'PadGradient',
    () => [],
    ({ attributes: { begins, mode } }) => ({ begins, mode }),
  ),
  Transpose: transpose,
  // The same elements, drawn from the same seed.
  Dropout: byOp('Dropout', ({ inputs: [, seed] }) => [seed]),
};
