/** The reference's reading of models and its float forward against onnxruntime. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { needs, sharedData } from '../support/shared.js';
import { floatForward, networkOf } from './evaluate.js';
import { readModel } from './onnx.js';
import { randomTensor } from './random.js';
import { syntheticModelSeed } from './specs.js';
import { syntheticModel } from './synthetic.js';

async function compare(bytes: Uint8Array): Promise<void> {
  const model = readModel(bytes);
  const [declared] = model.inputs;
  const dims = declared!.dims.map((dim) => dim || 2);
  const input = randomTensor(3, dims, -1, 1.5);
  const session = await InferenceSession.create(bytes);
  const fed = new Tensor('float32', Float32Array.from(input.data), dims);
  const outputs = await session.run({ [declared!.name]: fed });
  const expected = outputs[model.outputs[0]!.name]!;
  const actual = floatForward(networkOf(model), input);
  assert.deepEqual(actual.dims, expected.dims);
  const wanted = expected.data as Float32Array;
  const peak = Math.max(...wanted.map(Math.abs));
  wanted.forEach((value, i) => {
    assert.ok(
      Math.abs(actual.data[i]! - value) <= 2e-5 * peak,
      `value ${i}: ${actual.data[i]}, not ${value}`,
    );
  });
}

describe('reference: float forward equals onnxruntime', () => {
  test('synthetic model', () => compare(syntheticModel(syntheticModelSeed)));

  const files = [
    'lenet5-mnist-own.op17',
    'lenet5bn-mnist-own.bn.op13',
    'lenet-mnist-ccoltong',
    'convnet-avgpool-mnist-verivital',
    'cnn-small-cifar10-marabou',
    'resnet2b-cifar10-vnncomp',
    'resnet20-cifar10-akamaster.bn.op17',
    'resnet20-cifar10-akamaster.folded.op17',
  ];
  for (const file of files) {
    const path = sharedData('models', `${file}.onnx`);
    test(file, needs(path), () => compare(readFileSync(path!)));
  }
});
