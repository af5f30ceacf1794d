import { checkChain } from '../../../support/gradient_check.js';
import { f32, i64, node, ramp } from '../../../support/onnx_builder.js';

const SHAPE = [2, 3, 4];

for (const axis of [1, 2, -1]) {
  checkChain(`Concat along axis ${axis}, one part twice and one constant`, {
    shape: SHAPE,
    initializers: { c: f32([3, ...SHAPE], ramp(72)) },
    nodes: [node('Sigmoid', ['y'], ['s']), node('Concat', ['y', 'c', 's', 'y'], ['z'], { axis })],
    size: 96,
  });
}
checkChain('Split into parts of which one is not read', {
  shape: [5, 4],
  initializers: { sizes: i64([2, 1, 2]) },
  nodes: [node('Split', ['y', 'sizes'], ['a', 'unread', 'b'], { axis: 1 }), node('Mul', ['a', 'b'], ['z'])],
  size: 8,
});
checkChain('Slice with steps, backwards too', {
  shape: SHAPE,
  initializers: { starts: i64([1, -1]), ends: i64([9, -9]), axes: i64([2, 3]), steps: i64([1, -2]) },
  nodes: [node('Slice', ['y', 'starts', 'ends', 'axes', 'steps'], ['z'])],
  size: 8,
});
checkChain('overlapping Slices', {
  shape: SHAPE,
  initializers: { from: i64([0]), one: i64([1]), three: i64([3]), four: i64([4]), axis: i64([3]) },
  nodes: [
    node('Slice', ['y', 'from', 'three', 'axis'], ['a']),
    node('Slice', ['y', 'one', 'four', 'axis'], ['b']),
    node('Mul', ['a', 'b'], ['z']),
  ],
  size: 18,
});
for (const mode of ['constant', 'reflect', 'edge']) {
  checkChain(`Pad with ${mode}`, {
    shape: SHAPE,
    initializers: { pads: i64([0, 0, 1, 2, 0, 0, 2, 1]), value: f32([], [0.5]) },
    nodes: [node('Pad', ['y', 'pads', ...(mode === 'constant' ? ['value'] : [])], ['z'], { mode })],
    size: 2 * 6 * 7,
  });
}
checkChain('Pad that crops', {
  shape: SHAPE,
  initializers: { pads: i64([0, 0, -1, 2, 0, 1, 0, -1]) },
  nodes: [node('Pad', ['y', 'pads'], ['z'])],
  size: 3 * 2 * 5,
});
for (const perm of [
  [0, 2, 3, 1],
  [0, 3, 1, 2],
  [0, 3, 2, 1],
]) {
  checkChain(`Transpose ${perm}`, { shape: SHAPE, nodes: [node('Transpose', ['y'], ['z'], { perm })] });
}
checkChain('Transpose that moves the batch', {
  shape: [4],
  nodes: [
    node('Transpose', ['y'], ['t']),
    node('Softmax', ['t'], ['s']),
    node('Transpose', ['s'], ['z'], { perm: [1, 0] }),
  ],
});
checkChain('Reshape, Flatten, Squeeze, Unsqueeze, Identity', {
  shape: SHAPE,
  initializers: { wide: i64([-1, 6, 4]), axis: i64([1]), square: i64([-1, 4, 6]) },
  nodes: [
    node('Reshape', ['y', 'wide'], ['a']),
    node('Softmax', ['a'], ['b']),
    node('Unsqueeze', ['b', 'axis'], ['c']),
    node('Identity', ['c'], ['d']),
    node('Squeeze', ['d', 'axis'], ['e']),
    node('Flatten', ['e'], ['g']),
    node('Tanh', ['g'], ['h']),
    node('Reshape', ['h', 'square'], ['z']),
  ],
});
