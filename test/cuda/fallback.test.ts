import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Network } from '../../src/engine/network.js';
import { bindModel, loadModel } from '../../src/eval/model.js';
import { CUDA, needsCudaDevice } from '../support/cuda_device.js';
import { f32, modelBytes, node, ramp } from '../support/onnx_builder.js';
import { temporaryFolder } from '../support/temporary.js';

const folder = temporaryFolder();

describe('nodes that no engine has', needsCudaDevice, () => {
  const file = join(folder, 'fallback.onnx');
  writeFileSync(
    file,
    modelBytes({
      inputs: { x: ['N', 2, 6, 6] },
      initializers: { w1: f32([3, 2, 3, 3]), w2: f32([108, 5], ramp(540, 3)) },
      nodes: [
        node('Conv', ['x', 'w1'], ['c'], { pads: [1, 1, 1, 1] }),
        node('Erf', ['c'], ['e']),
        node('Relu', ['e'], ['r']),
        node('Flatten', ['r'], ['f']),
        node('MatMul', ['f', 'w2'], ['y']),
      ],
      outputs: ['y'],
    }),
  );

  test('go through onnxruntime, and the values of the others stay the same', async () => {
    const { graph, input } = await bindModel(await loadModel(file), 3);
    const x = ramp(3 * 72, 5);
    const values: Float32Array[] = [];
    for (const device of [CUDA, undefined]) {
      const network = await Network.create(graph, { threads: 1, device });
      assert.deepEqual(
        network.fallbackNodes.map(({ op }) => op),
        ['Erf'],
      );
      assert.equal(network.mostRuns, 1);
      values.push((await network.run(new Map([[input.name, x]]))).get('y')!);
      await network.release();
    }
    values[0]!.forEach((y, i) => {
      assert.ok(Math.abs(y - values[1]![i]!) <= 1e-5 * Math.max(1, Math.abs(y)));
    });
  });
});
