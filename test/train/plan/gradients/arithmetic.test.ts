import { checkChain } from '../../../support/gradient_check.js';
import { f32, i64, node, ramp } from '../../../support/onnx_builder.js';

const SHAPE = [2, 3, 4];
/** Away from 0, for a divisor. */
const positive = (shape: readonly number[]) => {
  const count = shape.reduce((a, b) => a * b, 1);
  return f32(
    shape,
    ramp(count, 5).map((value) => value + 1.7),
  );
};

for (const op of ['Add', 'Sub', 'Mul', 'Div']) {
  checkChain(`${op} of a constant that is repeated`, {
    shape: SHAPE,
    initializers: { c: positive([3, 1]) },
    nodes: [node(op, ['y', 'c'], ['z'])],
  });
  checkChain(`${op} to a constant`, {
    shape: SHAPE,
    initializers: { c: f32([1, 1, 4], [0.5, -1, 2, 1]), shift: f32([], [3]) },
    nodes: [node('Add', ['y', 'shift'], ['s']), node(op, ['c', 's'], ['z'])],
  });
  checkChain(`${op} of two results, one of which is repeated, before Relu`, {
    shape: SHAPE,
    nodes: [
      node('ReduceMean', ['y'], ['mean'], { axes: [1, 3] }),
      node('Sigmoid', ['mean'], ['s']),
      node(op, ['y', 's'], ['d']),
      node('Relu', ['d'], ['z']),
    ],
  });
  checkChain(`${op} where the repeated result is the first operand`, {
    shape: SHAPE,
    initializers: { shift: f32([], [3]), axes: i64([0]) },
    nodes: [
      node('ReduceSum', ['y', 'axes'], ['sum'], { keepdims: 0 }),
      node('Add', ['y', 'shift'], ['s']),
      node(op, ['sum', 's'], ['z']),
    ],
  });
  checkChain(`${op} of a value with itself`, {
    shape: SHAPE,
    initializers: { shift: f32([], [3]) },
    nodes: [node('Add', ['y', 'shift'], ['s']), node(op, ['s', 's'], ['z'])],
  });
}
checkChain('Add with a fused Clip, into both operands', {
  shape: SHAPE,
  initializers: { low: f32([], [-0.5]), high: f32([], [1]) },
  nodes: [
    node('Tanh', ['y'], ['t']),
    node('Add', ['y', 't'], ['s']),
    node('Clip', ['s', 'low', 'high'], ['z']),
  ],
});
checkChain('a value with four readers', {
  shape: SHAPE,
  nodes: [
    node('Sigmoid', ['y'], ['a']),
    node('Tanh', ['y'], ['b']),
    node('Mul', ['a', 'b'], ['c']),
    node('Sub', ['c', 'y'], ['d']),
    node('Add', ['d', 'y'], ['z']),
  ],
});
