import { checkChain } from '../../../support/gradient_check.js';
import { type AttributesDescription, f32, node, ramp } from '../../../support/onnx_builder.js';

const CASES: readonly {
  name: string;
  channels: number;
  w: readonly number[];
  attributes: AttributesDescription;
  size: number;
}[] = [
  { name: 'with padding', channels: 2, w: [3, 2, 3, 3], attributes: { pads: [1, 1, 1, 1] }, size: 3 * 25 },
  {
    name: 'with strides',
    channels: 2,
    w: [3, 2, 3, 2],
    attributes: { strides: [2, 3], pads: [1, 0, 2, 1] },
    size: 3 * 3 * 2,
  },
  {
    name: 'with dilations',
    channels: 2,
    w: [2, 2, 2, 2],
    attributes: { dilations: [3, 2] },
    size: 2 * 2 * 3,
  },
  { name: 'in groups', channels: 4, w: [6, 2, 2, 2], attributes: { group: 2 }, size: 6 * 16 },
  {
    name: 'depthwise',
    channels: 3,
    w: [3, 1, 3, 3],
    attributes: { group: 3, pads: [1, 1, 1, 1] },
    size: 3 * 25,
  },
  { name: 'of one position', channels: 2, w: [3, 2, 5, 5], attributes: {}, size: 3 },
];

for (const { name, channels, w, attributes, size } of CASES) {
  const initializers = {
    w: f32(
      w,
      ramp(
        w.reduce((a, b) => a * b, 1),
        3,
      ),
    ),
    b: f32([w[0]!], ramp(w[0]!, 2)),
  };
  checkChain(`Conv ${name}`, {
    shape: [channels, 5, 5],
    initializers,
    nodes: [node('Conv', ['y', 'w', 'b'], ['c'], attributes, { name: 'layer' }), node('Relu', ['c'], ['z'])],
    size,
  });
}
checkChain('Conv of sequences', {
  shape: [2, 9],
  initializers: { w: f32([3, 2, 3], ramp(18, 3)) },
  nodes: [node('Conv', ['y', 'w'], ['z'], { pads: [2, 0], strides: [2] }, { name: 'layer' })],
  size: 3 * 5,
});
checkChain('Conv by weights that are results', {
  shape: [1, 3, 3],
  initializers: { w: f32([1, 1, 2, 2], ramp(4, 3)) },
  nodes: [
    node('Conv', ['y', 'w'], ['c'], {}, { name: 'layer' }),
    node('ReduceMean', ['c'], ['kernel'], { axes: [0] }),
    node('Conv', ['y', 'kernel'], ['z'], {}, { name: 'second' }),
  ],
  size: 4,
});
checkChain('two Convs of one weight', {
  shape: [2, 4, 4],
  initializers: { w: f32([2, 2, 3, 3], ramp(36, 3)) },
  nodes: [
    node('Conv', ['y', 'w'], ['c'], { pads: [1, 1, 1, 1] }, { name: 'layer' }),
    node('Tanh', ['c'], ['t']),
    node('Conv', ['t', 'w'], ['z'], { pads: [1, 1, 1, 1] }, { name: 'second' }),
  ],
  size: 32,
});
