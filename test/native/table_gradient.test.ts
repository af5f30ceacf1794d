import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Plan, PlanAttribute } from '../../src/engine/plan.js';
import { Random } from '../../src/util/random.js';
import { EMULATED } from '../support/cuda_device.js';
import { createTestPlan, ON_CUDA } from '../support/engine.js';
import {
  checkLayerGradients,
  gradientsPlan,
  type LayerCase,
  operandsOf,
  plainLayer,
  randomLayer,
} from '../support/layer_gradients.js';

const plain: LayerCase = { ...plainLayer, matrices: true };

describe('gradients under full tables equal the naive loops', () => {
  test('any geometry, all operand types', async () => {
    const random = new Random(11);
    for (let i = 0; i < (ON_CUDA && EMULATED ? 25 : 150); i++) {
      const c = randomLayer(random, true);
      try {
        await checkLayerGradients(c, random);
      } catch (error) {
        throw new Error(`case ${i}: ${JSON.stringify(c)}`, { cause: error });
      }
    }
  });

  const sizes: [string, Partial<LayerCase>][] = [
    ['many images', { shape: [130, 3, 6, 6], weightShape: [5, 3, 3, 3] }],
    [
      'many images of their own parameters',
      { shape: [130, 3, 6, 6], weightShape: [5, 3, 3, 3], perSample: true, activation: 'uint8' },
    ],
    ['many positions in an image', { shape: [2, 2, 90, 70], weightShape: [3, 2, 3, 3], skipPadding: true }],
    ['a dense layer', { shape: [300, 37, 1, 1], weightShape: [21, 37, 1, 1], pads: [0, 0, 0, 0] }],
    ['a depthwise layer', { shape: [2, 40, 9, 9], weightShape: [40, 1, 3, 3], group: 40, strides: [2, 2] }],
    [
      'inputs that no output reads',
      {
        shape: [2, 4, 9, 1],
        weightShape: [15, 4, 2, 1],
        strides: [3, 3],
        dilations: [2, 1],
        pads: [5, 2, 0, 1],
      },
    ],
    ['a large kernel', { shape: [1, 2, 12, 12], weightShape: [3, 2, 11, 11], pads: [5, 5, 5, 5] }],
  ];
  for (const [name, changes] of sizes) {
    test(name, () => checkLayerGradients({ ...plain, ...changes }, new Random(4)));
  }
});

describe('a plan that does not fit is refused', () => {
  const o = operandsOf(plain, new Random(1));
  const sound = gradientsPlan(plain, o, plain.pads);

  const withAttribute = (op: number, name: string, value: PlanAttribute): Plan => {
    const changed = { ...sound.ops[op]!, attributes: { ...sound.ops[op]!.attributes, [name]: value } };
    return { ...sound, ops: sound.ops.with(op, changed) };
  };
  const withInput = (op: number, index: number, id: number): Plan => ({
    ...sound,
    ops: sound.ops.with(op, { ...sound.ops[op]!, inputs: sound.ops[op]!.inputs.with(index, id) }),
  });
  const broken: [string, Plan, RegExp][] = [
    [
      'strides',
      withAttribute(1, 'strides', [2, 1]),
      /^LutConvInputGradient 'input': 'g' must have the shape/,
    ],
    ['a stride of 0', withAttribute(2, 'strides', [0, 1]), /'weight': attribute 'strides'/],
    ['a huge stride', withAttribute(1, 'strides', [2 ** 31 - 1, 2 ** 31 - 1]), /'g' must have the shape/],
    ['pads beyond the halo', withAttribute(2, 'pads', [2, 2, 2, 2]), /halo does not hold the padding/],
    ['halo', withAttribute(1, 'halo', [2, 1, 1, 1]), /'input': 'g' must have the shape/],
    ['group', withAttribute(2, 'group', 2), /weights \[5, 4, 3, 3\] do not fit 4 channels in 2 groups/],
    ['padding', withAttribute(2, 'padding', 'zero'), /attribute 'padding' must be one of/],
    ['bounds of weights', withAttribute(2, 'weightHi', 0), /attribute 'weightHi'/],
    ['no codes', withInput(1, 6, -1), /^LutConvInputGradient 'input': input 6 is missing/],
    ['codes that are no codes', withInput(2, 1, 0), /input 1 must be u8/],
    ['scales as gradient', withInput(1, 0, sound.ops[1]!.inputs[2]!), /'ws' must have the shape/],
  ];
  for (const [name, plan, message] of broken) {
    test(name, () => {
      assert.throws(() => createTestPlan(plan), { message });
    });
  }

  // The CUDA engine lists none.
  test('a kernel whose positions cannot be listed', { skip: ON_CUDA }, () => {
    const c = {
      ...plain,
      shape: [1, 1, 12000, 1],
      weightShape: [1, 1, 12000, 1],
      pads: [0, 0, 0, 0],
      masked: false,
    };
    const plan = gradientsPlan(c, operandsOf(c, new Random(1)), c.pads);
    assert.throws(() => createTestPlan(plan), /'input': its images and kernel are too large/);
  });

  test('a mask of another size', () => {
    const mask = sound.ops[1]!.inputs[5]!;
    const tensors = sound.tensors.with(mask, { ...sound.tensors[mask]!, shape: [7] });
    assert.throws(() => createTestPlan({ ...sound, tensors }), /'mask' must have the shape \[36\]/);
  });
});
