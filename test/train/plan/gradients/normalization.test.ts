import { checkChain } from '../../../support/gradient_check.js';
import { f32, node, ramp } from '../../../support/onnx_builder.js';

const statistics = {
  scale: f32([3], [1.2, -0.7, 0.4]),
  shift: f32([3], [0.1, -0.2, 0.3]),
  mean: f32([3], [0.05, 0.2, -0.1]),
  variance: f32([3], [0.8, 1.5, 0.6]),
};
const INPUTS = ['y', 'scale', 'shift', 'mean', 'variance'];

for (const batchNorm of ['freeze', 'train'] as const) {
  for (const shape of [[3, 2, 4], [3, 5], [3]]) {
    checkChain(`BatchNormalization, ${batchNorm}, [N,${shape}]`, {
      shape,
      initializers: statistics,
      nodes: [node('BatchNormalization', INPUTS, ['n'], { epsilon: 0.01 }), node('Relu', ['n'], ['z'])],
      batchNorm,
    });
  }
}
checkChain('LRN', {
  shape: [5, 2, 3],
  nodes: [node('LRN', ['y'], ['z'], { size: 3, alpha: 0.5, beta: 0.75, bias: 1.5 })],
});
checkChain('LRN over an even number of channels', {
  shape: [5, 2, 3],
  nodes: [node('LRN', ['y'], ['z'], { size: 4, alpha: 0.9, beta: 0.5, bias: 0.5 })],
});
for (const op of ['Softmax', 'LogSoftmax']) {
  for (const axis of [1, 2, -1]) {
    checkChain(`${op} along axis ${axis}`, { shape: [2, 3, 4], nodes: [node(op, ['y'], ['z'], { axis })] });
  }
  checkChain(`${op} of a matrix, before operator set 13`, {
    shape: [2, 3, 4],
    nodes: [node(op, ['y'], ['z'], { axis: 2 })],
    opset: 11,
  });
}
checkChain('attention: MatMul of two results, Softmax, MatMul', {
  shape: [3, 4],
  initializers: { w: f32([4, 4], ramp(16, 3)) },
  nodes: [
    node('MatMul', ['y', 'w'], ['keys'], {}, { name: 'keys' }),
    node('Transpose', ['keys'], ['t'], { perm: [0, 2, 1] }),
    node('MatMul', ['y', 't'], ['products'], {}, { name: 'products' }),
    node('Softmax', ['products'], ['p']),
    node('MatMul', ['p', 'y'], ['z'], {}, { name: 'mix' }),
  ],
});
