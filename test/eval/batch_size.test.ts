import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OutOfDeviceMemory } from '../../src/engine/create_plan.js';
import type { Device } from '../../src/engine/device.js';
import { inFittingBatches, usualBatch } from '../../src/eval/batch_size.js';
import { modelOf } from '../../src/eval/model.js';
import { modelBytes, node } from '../support/onnx_builder.js';

const device: Device = { kind: 'cuda', index: 1 };
const qmethod = { mode: 'static', activation: 'tensor', weight: 'channel' } as const;

function model(shape: (string | number)[]) {
  return modelOf(
    modelBytes({ inputs: { x: shape }, nodes: [node('Flatten', ['x'], ['y'])], outputs: ['y'] }),
    'x.onnx',
  );
}

describe('the usual batch', () => {
  const cifar = model(['N', 3, 32, 32]);

  test('is 64 on the CPU, and wherever results depend on it', () => {
    assert.equal(usualBatch(cifar, {}, qmethod), 64);
    for (const [activation, batch] of [['tensor', 64] as const, ['sample', 512] as const]) {
      assert.equal(usualBatch(cifar, {}, { mode: 'dynamic', activation, weight: 'channel' }, device), batch);
    }
  });

  test('is larger on CUDA, but not for large images', () => {
    assert.equal(usualBatch(cifar, {}, qmethod, device), 512);
    assert.equal(usualBatch(model(['N', 3, 224, 224]), {}, qmethod, device), 64);
    assert.equal(usualBatch(model(['N', 3, 'H', 'W']), { 2: 128, 3: 128 }, qmethod, device), 256);
  });
});

describe('batches that fit', () => {
  const upTo = (most: number) => async (batch: number) => {
    if (batch > most) throw new OutOfDeviceMemory(device, new Error('full'));
    return batch;
  };

  test('are halved until they do, which is told', async () => {
    const said: string[] = [];
    assert.equal(await inFittingBatches(100, { device }, (text) => said.push(text), upTo(30)), 25);
    assert.deepEqual(said, [
      'batch 100 does not fit on cuda:1, using 50',
      'batch 50 does not fit on cuda:1, using 25',
    ]);
  });

  test('do not go below a sample, and other errors pass', async () => {
    await assert.rejects(
      inFittingBatches(4, { device }, () => undefined, upTo(0)),
      {
        name: 'UserError',
        message: 'a batch does not fit on cuda:1: full, not even one of a single sample; use --device cpu',
      },
    );
    await assert.rejects(
      inFittingBatches(
        4,
        { device },
        () => assert.fail(),
        () => Promise.reject(new Error('other')),
      ),
      { message: 'other' },
    );
  });
});
