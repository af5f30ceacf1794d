import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadAddon } from '../../src/engine/addon.js';
import type { Plan, PlanAttribute } from '../../src/engine/plan.js';
import { Random } from '../../src/util/random.js';
import { createTestPlan, ON_CUDA } from '../support/engine.js';
import { assertSurvivesDamage } from '../support/hostile.js';
import {
  checkLayerGradients,
  gradientsPlan,
  type LayerCase,
  operandsOf,
  plainLayer,
} from '../support/layer_gradients.js';
import {
  type ConvCase,
  checkConvGradients,
  checkRandomConvs,
  checkRandomLayers,
  convGradientPlan,
  plainConv,
  sizes,
} from './conv_gradient_cases.js';

describe('gradients of convolutions equal plain loops', () => {
  test('over random geometry', () => checkRandomConvs(150));
  for (const [name, changes] of Object.entries(sizes)) {
    test(name, () => checkConvGradients({ ...plainConv, ...changes }, new Random(4)));
  }
});

describe('gradients of approximate layers under vectors of derivatives equal the naive loops', () => {
  test('over random geometry', () => checkRandomLayers(100));
  const layers: Readonly<Record<string, Partial<LayerCase>>> = {
    'many images of their own parameters': {
      shape: [130, 3, 6, 6],
      weightShape: [5, 3, 3, 3],
      perSample: true,
      activation: 'uint8',
    },
    'a dense layer': { shape: [70, 37, 1, 1], weightShape: [21, 37, 1, 1], pads: [0, 0, 0, 0] },
    'a pointwise layer': { shape: [2, 20, 9, 9], weightShape: [21, 20, 1, 1], pads: [0, 0, 0, 0] },
    'a depthwise layer': { shape: [2, 40, 9, 9], weightShape: [40, 1, 3, 3], group: 40, strides: [2, 2] },
    'a depthwise layer without its padding': {
      shape: [2, 7, 9, 9],
      weightShape: [7, 1, 3, 3],
      group: 7,
      activation: 'uint8',
      skipPadding: true,
    },
  };
  for (const [name, changes] of Object.entries(layers)) {
    test(name, () => checkLayerGradients({ ...plainLayer, ...changes }, new Random(4)));
  }
});

test('every ISA of this CPU', { skip: ON_CUDA }, () => {
  const program = fileURLToPath(new URL('./conv_gradient_cases.js', import.meta.url));
  for (const isa of loadAddon().cpuInfo().isas) {
    const env = { ...process.env, APPROXTORCH_ISA: isa };
    const { status, stdout, stderr } = spawnSync(process.execPath, [program], { env });
    assert.equal(status, 0, `${isa}: ${stderr}`);
    assert.equal(stdout.toString(), isa);
  }
});

describe('a plan that does not fit is refused', () => {
  const convs = convGradientPlan(plainConv, new Uint8Array(36));
  const layers = gradientsPlan(plainLayer, operandsOf(plainLayer, new Random(1)), plainLayer.pads);

  test('or runs within its bounds', async () => {
    await assertSurvivesDamage(convs);
    await assertSurvivesDamage(layers);
  });

  const withAttribute = (plan: Plan, op: number, name: string, value: PlanAttribute): Plan => {
    const changed = { ...plan.ops[op]!, attributes: { ...plan.ops[op]!.attributes, [name]: value } };
    return { ...plan, ops: plan.ops.with(op, changed) };
  };
  const withInputs = (plan: Plan, op: number, inputs: readonly number[]): Plan => ({
    ...plan,
    ops: plan.ops.with(op, { ...plan.ops[op]!, inputs }),
  });
  const broken: [string, Plan, RegExp][] = [
    [
      'strides',
      withAttribute(convs, 0, 'strides', [2, 1]),
      /^ConvInputGradient 'input': 'g' must have the shape \[2, 5, 3, 6\], has \[2, 5, 6, 6\]$/,
    ],
    ['group', withAttribute(convs, 1, 'group', 3), /'weight': the group does not divide the channels/],
    [
      'a mask of another size',
      convGradientPlan(plainConv, new Uint8Array(35)),
      /^ConvInputGradient 'input': 'mask' must have the shape \[36\], has \[35\]$/,
    ],
    ['a mask of values', withInputs(convs, 0, [2, 1, 0]), /^ConvInputGradient 'input': input 2 must be u8/],
    ['too many inputs', withInputs(convs, 1, [2, 0, 0]), /'weight': takes 2 inputs, has 3/],
    [
      'pads beyond the halo',
      withAttribute(layers, 2, 'pads', [2, 2, 2, 2]),
      /halo does not hold the padding/,
    ],
    ['padding', withAttribute(layers, 2, 'padding', 'zero'), /attribute 'padding' must be one of/],
    ['bounds of weights', withAttribute(layers, 2, 'weightHi', 0), /attribute 'weightHi'/],
    ['codes that are values', withInputs(layers, 2, layers.ops[2]!.inputs.with(1, 0)), /input 1 must be u8/],
  ];
  for (const [name, plan, message] of broken) {
    test(name, () => {
      assert.throws(() => createTestPlan(plan), { message });
    });
  }

  test('a window larger than any image', () => {
    const c: ConvCase = {
      ...plainConv,
      shape: [1, 1, 2, 2],
      weightShape: [1, 1, 2, 2],
      dilations: [2 ** 20, 2 ** 20],
      pads: [2 ** 20, 2 ** 20, 0, 0],
    };
    const plan = convGradientPlan(c, new Uint8Array(1));
    assert.throws(() => createTestPlan(plan), /'input': its window or padded image is too large/);
  });
});
