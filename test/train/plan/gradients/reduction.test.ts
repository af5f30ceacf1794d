import { checkChain } from '../../../support/gradient_check.js';
import { f32, i64, node } from '../../../support/onnx_builder.js';

for (const op of ['ReduceMean', 'ReduceSum']) {
  for (const [axes, keepdims, size] of [
    [[2, 3], 1, 2],
    [[2], 0, 8],
    [[-1], 1, 6],
    [[1, 3], 0, 3],
  ] as const) {
    // Up to operator set 17 the axes of ReduceMean are an attribute.
    const [inputs, attributes] = op === 'ReduceMean' ? [['y'], { axes: [...axes] }] : [['y', 'axes'], {}];
    checkChain(`${op} over ${axes}, keepdims ${keepdims}`, {
      shape: [2, 3, 4],
      initializers: { axes: i64(axes) },
      nodes: [node(op, inputs, ['z'], { ...attributes, keepdims })],
      size,
    });
  }
}
checkChain('ReduceMean over everything, added to every element', {
  shape: [2, 3],
  nodes: [node('ReduceMean', ['y'], ['mean'], { keepdims: 0 }), node('Mul', ['y', 'mean'], ['z'])],
});
for (const op of ['GlobalAveragePool', 'GlobalMaxPool']) {
  checkChain(`${op} of images`, { shape: [4, 3, 5], nodes: [node(op, ['y'], ['z'])], size: 4 });
  checkChain(`${op} of sequences`, { shape: [4, 5], nodes: [node(op, ['y'], ['z'])], size: 4 });
}
for (const [name, attributes, size] of [
  ['overlapping', { kernel_shape: [3, 2], strides: [2, 1], pads: [1, 0, 1, 1] }, 2 * 3 * 5],
  ['with ceil_mode', { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 }, 2 * 3 * 3],
] as const) {
  for (const op of ['MaxPool', 'AveragePool']) {
    const nodes = [node(op, ['y'], ['z'], attributes)];
    checkChain(`${op} ${name}`, { shape: [2, 5, 5], nodes, size });
  }
  const counting = [node('AveragePool', ['y'], ['z'], { ...attributes, count_include_pad: 1 })];
  checkChain(`AveragePool ${name}, padding counted`, { shape: [2, 5, 5], nodes: counting, size });
}
checkChain('MaxPool with dilations', {
  shape: [2, 5, 5],
  nodes: [node('MaxPool', ['y'], ['z'], { kernel_shape: [2, 2], dilations: [2, 3], pads: [1, 1, 1, 1] })],
  size: 2 * 5 * 4,
});
checkChain('MaxPool of sequences, of ties behind Relu', {
  shape: [3, 8],
  initializers: { shift: f32([], [0.1]) },
  nodes: [
    node('Relu', ['y'], ['r']),
    node('Add', ['r', 'shift'], ['s']),
    node('MaxPool', ['s'], ['z'], { kernel_shape: [2], strides: [2] }),
  ],
  size: 12,
});
