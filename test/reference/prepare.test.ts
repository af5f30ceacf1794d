import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { layersOf, networkOf } from './evaluate.js';
import { readModel } from './onnx.js';
import { syntheticModel } from './synthetic.js';
import { writeModel } from './write_onnx.js';

const values = (...list: number[]) => Float32Array.from(list);

describe('reference: folding', () => {
  test('BatchNormalization goes into the weights and a bias of its Conv', () => {
    const model = writeModel(
      [
        { op: 'Conv', name: 'conv', inputs: ['x', 'w', 'b'], output: 'c' },
        {
          op: 'BatchNormalization',
          name: 'norm',
          inputs: ['c', 'gamma', 'beta', 'mean', 'var'],
          output: 'y',
          attributes: { epsilon: { float: 0.25 } },
        },
      ],
      [
        { name: 'w', dims: [2, 1, 1, 1], data: values(3, -4) },
        { name: 'b', dims: [2], data: values(1, 0) },
        { name: 'gamma', dims: [2], data: values(4, -1) },
        { name: 'beta', dims: [2], data: values(0.5, 7) },
        { name: 'mean', dims: [2], data: values(2, 3) },
        { name: 'var', dims: [2], data: values(3.75, 0) },
      ],
      { name: 'x', dims: [0, 1, 2, 2] },
      { name: 'y', dims: [0, 2, 2, 2] },
    );
    const network = networkOf(readModel(model));
    const [layer] = layersOf(network);
    assert.equal(network.steps.length, 1);
    assert.equal(layer?.output, 'y');
    // Factors 4/√4 = 2 and −1/√0.25 = −2.
    assert.deepEqual(Array.from(layer!.weight), [6, 8]);
    assert.deepEqual(Array.from(layer!.bias!), [(1 - 2) * 2 + 0.5, (0 - 3) * -2 + 7]);
  });

  test('alpha and beta go into weight and bias, an Add of a constant after MatMul becomes its bias', () => {
    const network = networkOf(readModel(syntheticModel(1)));
    const layers = layersOf(network);
    const constant = (name: string) => network.constants.get(name)!.data;
    const gemm = layers.find((layer) => layer.node.name === 'gemm')!;
    assert.equal(gemm.weight[1], constant('gemm.w')[16]! * 0.5);
    assert.equal(gemm.bias![3], constant('gemm.b')[3]! * 2);
    const matmul = layers.find((layer) => layer.node.name === 'matmul')!;
    assert.deepEqual(Array.from(matmul.bias!), Array.from(constant('bias.b')));
    assert.equal(matmul.output, 'bias:out');
    assert.deepEqual(
      layers.map((layer) => layer.node.name),
      ['strided', 'grouped_dilated', 'depthwise', 'pointwise', 'gemm', 'matmul'],
    );
  });
});
