import assert from 'node:assert/strict';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { TrainingLog } from '../../src/train/training_log.js';
import { userError } from '../support/errors.js';
import { temporaryFolder } from '../support/temporary.js';
import { progress } from './checkpoint_fixture.js';

const folder = temporaryFolder();
const step = (epoch: number, number: number) => ({
  ...{ epoch, step: number, loss: 0.5, accuracy: 0.25, learningRate: 0.01 },
  ...{ gradientNorm: 2, imagesPerSecond: 100 },
});
const epoch = (number: number) => ({ ...progress.curve[0]!, epoch: number });
const records = (file: string) =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; step?: number; epoch: number });

describe('the log of a training', () => {
  test('has a record for each step and each epoch, there at once', async () => {
    const file = join(folder, 'log.jsonl');
    const log = await TrainingLog.open(file, undefined);
    assert.equal(readFileSync(file, 'utf8'), '');
    await log.step(step(1, 1));
    assert.deepEqual(records(file), [{ type: 'step', ...step(1, 1) }]);
    await log.epoch(epoch(1));
    assert.deepEqual(records(file)[1], { type: 'epoch', ...epoch(1) });
    await TrainingLog.open(file, undefined);
    assert.equal(readFileSync(file, 'utf8'), '');
  });

  test('goes on after the last step of the checkpoint, without repeating any', async () => {
    const file = join(folder, 'resumed.jsonl');
    const log = await TrainingLog.open(file, undefined);
    for (const number of [1, 2]) await log.step(step(1, number));
    await log.epoch(epoch(1));
    for (const number of [3, 4, 5]) await log.step(step(2, number));
    appendFileSync(file, '{"type":"step","ste');
    const resumed = await TrainingLog.open(file, { step: 3, epochs: 1 });
    await resumed.step(step(2, 4));
    assert.deepEqual(
      records(file).map(({ type, step, epoch }) => step ?? `${type} ${epoch}`),
      [1, 2, 'epoch 1', 3, 4],
    );
    const earlier = await TrainingLog.open(file, { step: 2, epochs: 0 });
    await earlier.epoch(epoch(1));
    assert.deepEqual(
      records(file).map(({ type, step }) => step ?? type),
      [1, 2, 'epoch'],
    );
  });

  test('that is not there yet begins', async () => {
    const file = join(folder, 'new.jsonl');
    await TrainingLog.open(file, { step: 3, epochs: 1 });
    assert.equal(readFileSync(file, 'utf8'), '');
  });

  test('that cannot be written is an error', async () => {
    await assert.rejects(TrainingLog.open(join(folder, 'no', 'log'), undefined), userError(/does not exist/));
  });
});
