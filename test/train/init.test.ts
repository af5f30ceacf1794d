import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bindModel, modelOf } from '../../src/eval/model.js';
import { initialValues } from '../../src/train/init.js';
import { trainableParameters } from '../../src/train/plan/parameters.js';
import { f32, modelBytes, node } from '../support/onnx_builder.js';

const bytes = modelBytes({
  inputs: { x: ['N', 8, 6, 6] },
  outputs: { y: ['N', 7] },
  initializers: {
    ...{
      w: f32([64, 4, 3, 3]),
      s: f32([64]),
      b: f32([64]),
      m: f32([64]),
      n: f32([64], new Array(64).fill(2)),
    },
    ...{ p: f32([64, 1, 1]), v: f32([64, 50]), u: f32([50, 7]), c: f32([7]) },
  },
  nodes: [
    node('Conv', ['x', 'w'], ['a'], { group: 2 }),
    node('BatchNormalization', ['a', 's', 'b', 'm', 'n'], ['d']),
    node('PRelu', ['d', 'p'], ['e']),
    node('GlobalAveragePool', ['e'], ['f']),
    node('Flatten', ['f'], ['g']),
    node('MatMul', ['g', 'v'], ['h']),
    node('Gemm', ['h', 'u', 'c'], ['y']),
  ],
});

async function values(seed: number): Promise<ReadonlyMap<string, Float32Array>> {
  const { graph } = await bindModel(modelOf(bytes, 'm'), 2, {}, { batchNorm: 'keep' });
  return initialValues(graph, trainableParameters(graph, { trainOnly: [], biasOnly: false }), seed);
}

describe('random values to begin with', () => {
  test('weights as He et al. draw them, BatchNormalization as the identity', async () => {
    const drawn = await values(1);
    const spread = (data: Float32Array) => {
      const mean = data.reduce((a, b) => a + b, 0) / data.length;
      assert.ok(Math.abs(mean) < 0.02);
      return Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length);
    };
    const constant = (value: number) => (data: Float32Array) => data.every((one) => one === value);
    const names = new Set(drawn.keys());
    for (const [name, fanIn, count] of [
      ['w', 4 * 9, 64 * 36],
      ['v', 64, 64 * 50],
      ['u', 50, 350],
    ] as const) {
      const data = drawn.get(name)!;
      assert.equal(data.length, count);
      assert.ok(Math.abs(spread(data) / Math.sqrt(2 / fanIn) - 1) < 0.1, `${name}: ${spread(data)}`);
      names.delete(name);
    }
    for (const [name, value] of [
      ...[['s', 1] as const, ['b', 0] as const, ['m', 0] as const, ['n', 1] as const],
      ...[['p', 0.25] as const, ['c', 0] as const],
    ]) {
      assert.ok(constant(value)(drawn.get(name)!), name);
      names.delete(name);
    }
    assert.equal(names.size, 0, [...names].join());
  });

  test('depend on the seed alone', async () => {
    assert.deepEqual(await values(1), await values(1));
    assert.notDeepEqual((await values(1)).get('w'), (await values(2)).get('w'));
  });
});
