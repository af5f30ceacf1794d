import { checkChain } from '../../../support/gradient_check.js';
import { f32, float, node, ramp } from '../../../support/onnx_builder.js';

const SHAPE = [2, 3, 4];

checkChain('Relu', { shape: SHAPE, nodes: [node('Relu', ['y'], ['z'])] });
checkChain('Relu fused into a layer', {
  shape: [24],
  initializers: { w: f32([24, 5]), b: f32([5]) },
  nodes: [node('Gemm', ['y', 'w', 'b'], ['g']), node('Relu', ['g'], ['z'])],
  size: 5,
});
checkChain('Clip fused into a layer', {
  shape: [24],
  initializers: { w: f32([24, 5]), b: f32([5]), low: f32([], [-0.4]), high: f32([], [0.6]) },
  nodes: [node('Gemm', ['y', 'w', 'b'], ['g']), node('Clip', ['g', 'low', 'high'], ['z'])],
  size: 5,
});
checkChain('Clip', {
  shape: SHAPE,
  initializers: { low: f32([], [-0.3]), high: f32([], [0.5]) },
  nodes: [node('Clip', ['y', 'low', 'high'], ['z'])],
});
checkChain('Clip without an upper bound', {
  shape: SHAPE,
  initializers: { low: f32([], [-0.3]) },
  nodes: [node('Clip', ['y', 'low'], ['z'])],
});
checkChain('Clip of attributes', {
  shape: SHAPE,
  nodes: [node('Clip', ['y'], ['z'], { min: -0.5, max: 0.25 })],
  opset: 9,
});
checkChain('LeakyRelu', { shape: SHAPE, nodes: [node('LeakyRelu', ['y'], ['z'], { alpha: 0.2 })] });
checkChain('Elu', { shape: SHAPE, nodes: [node('Elu', ['y'], ['z'], { alpha: 1.5 })] });
checkChain('HardSigmoid', {
  shape: SHAPE,
  nodes: [node('HardSigmoid', ['y'], ['z'], { alpha: 0.6, beta: 0.4 })],
});
checkChain('HardSwish', { shape: SHAPE, nodes: [node('HardSwish', ['y'], ['z'])] });
checkChain('Sigmoid', { shape: SHAPE, nodes: [node('Sigmoid', ['y'], ['z'])] });
checkChain('Tanh', { shape: SHAPE, nodes: [node('Tanh', ['y'], ['z'])] });
checkChain('PRelu with a slope per channel', {
  shape: SHAPE,
  initializers: { slope: f32([2, 1, 1], [0.3, -0.2]) },
  nodes: [node('PRelu', ['y', 'slope'], ['z'])],
});
checkChain('PRelu with one slope', {
  shape: SHAPE,
  initializers: { slope: f32([1], [0.25]) },
  nodes: [node('PRelu', ['y', 'slope'], ['z'])],
});
checkChain('PRelu with a slope per element', {
  shape: SHAPE,
  initializers: { slope: f32(SHAPE, ramp(24, 3)) },
  nodes: [node('PRelu', ['y', 'slope'], ['z'])],
});
checkChain('HardSigmoid of its defaults, far outside', {
  shape: SHAPE,
  initializers: { far: f32([], [6]) },
  nodes: [node('Mul', ['y', 'far'], ['s']), node('HardSigmoid', ['s'], ['z'], { alpha: float(1) })],
});
