import { checkChain } from '../../../support/gradient_check.js';
import { f32, node, ramp } from '../../../support/onnx_builder.js';

// A Gemm of two results keeps its transA and transB: no pass can turn it round.
for (const transA of [0, 1]) {
  for (const transB of [0, 1]) {
    checkChain(`Gemm of two results, transA ${transA}, transB ${transB}`, {
      shape: [3],
      initializers: { c: f32([3], [0.2, -0.4, 0.6]) },
      nodes: [
        node('Tanh', ['y'], ['t']),
        node('Gemm', ['y', 't', 'c'], ['g'], { transA, transB, alpha: 0.75, beta: 1.5 }, { name: 'product' }),
        node('Tanh', ['g'], ['z']),
      ],
    });
  }
}
checkChain('Gemm whose addend is a result', {
  shape: [3],
  initializers: { w: f32([3, 3], ramp(9, 2)) },
  nodes: [
    node('Tanh', ['y'], ['t']),
    node('Gemm', ['y', 'w', 't'], ['z'], { beta: 0.25 }, { name: 'layer' }),
  ],
});
checkChain('Gemm with a bias that is one number', {
  shape: [3],
  initializers: { w: f32([4, 3], ramp(12, 2)), b: f32([1], [0.3]) },
  nodes: [node('Gemm', ['y', 'w', 'b'], ['z'], { transB: 1 }, { name: 'layer' })],
  size: 4,
});
checkChain('Gemm with a matrix as bias', {
  shape: [3],
  initializers: { w: f32([3, 4], ramp(12, 2)), b: f32([3, 1], [0.3, 0.1, -0.2]) },
  nodes: [node('Gemm', ['y', 'w', 'b'], ['z'], {}, { name: 'layer' })],
  size: 4,
});
checkChain('MatMul of images by one matrix, with the bias that a pass adds', {
  shape: [2, 3, 4],
  initializers: { w: f32([4, 5], ramp(20, 3)), b: f32([5], ramp(5, 2)) },
  nodes: [node('MatMul', ['y', 'w'], ['p'], {}, { name: 'layer' }), node('Add', ['p', 'b'], ['z'])],
  size: 30,
});
checkChain('MatMul of images by a matrix for each channel', {
  shape: [2, 3, 4],
  initializers: { w: f32([2, 4, 2], ramp(16, 3)) },
  nodes: [node('MatMul', ['y', 'w'], ['z'], {}, { name: 'layer' })],
  size: 12,
});
checkChain('MatMul of a result that is repeated, on either side', {
  shape: [2, 3, 3],
  nodes: [
    node('ReduceMean', ['y'], ['mean'], { axes: [0, 1] }),
    node('MatMul', ['y', 'mean'], ['a'], {}, { name: 'right' }),
    node('Sigmoid', ['mean'], ['s']),
    node('MatMul', ['s', 'a'], ['z'], {}, { name: 'left' }),
  ],
});
checkChain('MatMul by a constant from the left, of a vector for each image', {
  shape: [3, 2],
  initializers: { c: f32([4, 3], ramp(12, 3)) },
  nodes: [node('MatMul', ['c', 'y'], ['z'], {}, { name: 'left' })],
  size: 8,
});
