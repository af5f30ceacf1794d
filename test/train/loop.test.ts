import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeCheckpoint, encodeCheckpoint } from '../../src/train/checkpoint_format.js';
import { type LoopOptions, type Progress, TrainingLoop } from '../../src/train/loop.js';
import type { FinetuneProgress } from '../../src/train/settings.js';
import { InterruptedError } from '../../src/util/errors.js';
import { userError } from '../support/errors.js';
import { checkpointOf } from './checkpoint_fixture.js';
import { FakeNetwork, fakeBatches } from './fake_network.js';

const STEPS = 3;
const schedule = { kind: 'cosine', learningRate: 0.1, warmup: 1 } as const;
const settings = { epochs: 3, schedule, rangeMomentum: 0.1 };

type Changes = Partial<Omit<LoopOptions, 'network' | 'settings'>> & {
  readonly settings?: Partial<LoopOptions['settings']>;
};

function loop(network: FakeNetwork, changes: Changes = {}, from?: Progress): TrainingLoop {
  const { accumulate = 1 } = changes;
  const options: LoopOptions = {
    stepsPerEpoch: STEPS,
    accumulate,
    microBatch: 2,
    batches: (epoch, firstStep) => fakeBatches(epoch, firstStep, STEPS, accumulate),
    hooks: {},
    ...changes,
    network,
    settings: { ...settings, ...changes.settings },
  };
  return new TrainingLoop(options, from);
}

/** Accuracies of the epochs, whatever is validated. */
const accuracies = (values: readonly number[]) => {
  let epoch = 0;
  return async () => values[epoch++]!;
};

/** What decides about the written model. */
const outcomeOf = async (training: TrainingLoop) => {
  const { best, curve, stopped } = await training.run();
  return { best, stopped, curve: curve.map(({ seconds: _, imagesPerSecond: __, ...figures }) => figures) };
};

describe('the loop', () => {
  test('gives the network every step once, in order, with its learning rate', async () => {
    const network = new FakeNetwork();
    const { curve, best, stopped } = await loop(network).run();
    assert.deepEqual(
      network.seen.map(({ step, position, images: [epoch, i] }) => [step, position, epoch, i]),
      [1, 2, 3].flatMap((epoch) => [0, 1, 2].map((i) => [3 * (epoch - 1) + i + 1, 0, epoch, i])),
    );
    assert.equal(network.seen[0]?.learningRate, 0.1 * (1 / 3));
    assert.equal(network.seen[2]?.learningRate, 0.1);
    assert.equal(stopped, 'finished');
    assert.equal(best.epoch, 3);
    assert.deepEqual(best.constants, network.constants());
    assert.deepEqual(
      curve.map(({ epoch, steps, loss, trainAccuracy, validationAccuracy }) => [
        epoch,
        steps,
        loss.toFixed(4),
        trainAccuracy.toFixed(4),
        validationAccuracy,
      ]),
      // Losses are 1/2, 1/3, 1/4, …; labels 0, 1, 0 count as right answers.
      [
        [1, 3, ((1 / 2 + 1 / 3 + 1 / 4) / 3).toFixed(4), (1 / 6).toFixed(4), null],
        [2, 6, ((1 / 5 + 1 / 6 + 1 / 7) / 3).toFixed(4), (1 / 6).toFixed(4), null],
        [3, 9, ((1 / 8 + 1 / 9 + 1 / 10) / 3).toFixed(4), (1 / 6).toFixed(4), null],
      ],
    );
  });

  test('gathers micro-batches, which together move the ranges as far as one would', async () => {
    const network = new FakeNetwork();
    await loop(network, { accumulate: 4, settings: { epochs: 1 } }).run();
    assert.deepEqual(
      network.seen.map(({ step, position }) => [step, position]),
      [1, 2, 3].flatMap((step) => [0, 1, 2, 3].map((position) => [step, position])),
    );
    assert.ok(Math.abs((1 - (network.seen[0]?.rangeMomentum ?? 0)) ** 4 - 0.9) < 1e-12);
  });

  test('freezes ranges after some epochs', async () => {
    const network = new FakeNetwork();
    await loop(network, { settings: { freezeRanges: 1 } }).run();
    assert.deepEqual(
      network.seen.map(({ rangeMomentum }) => rangeMomentum > 0),
      [true, true, true, false, false, false, false, false, false],
    );
  });

  test('hands the images to the teacher, and its scores to the network', async () => {
    const network = new FakeNetwork();
    await loop(network, { teacher: async (images) => images.map((value) => value + 1) }).run();
    for (const { images, teacher } of network.seen)
      assert.deepEqual(
        teacher,
        images.map((value) => value + 1),
      );
  });

  test('keeps the best epoch, of equal ones the first', async () => {
    const { best, curve } = await loop(new FakeNetwork(), { validate: accuracies([0.5, 0.7, 0.7]) }).run();
    assert.deepEqual([best.epoch, best.accuracy], [2, 0.7]);
    assert.deepEqual(
      curve.map(({ validationAccuracy }) => validationAccuracy),
      [0.5, 0.7, 0.7],
    );
  });

  test('loses its patience', async () => {
    const validate = accuracies([0.5, 0.4, 0.3, 0.9]);
    const { best, curve, stopped } = await loop(new FakeNetwork(), {
      validate,
      settings: { epochs: 9, patience: 2 },
    }).run();
    assert.deepEqual([best.epoch, curve.length, stopped], [1, 3, 'patience']);
  });

  test('tells how far it is', async () => {
    const told: FinetuneProgress[] = [];
    await loop(new FakeNetwork(), { hooks: { onProgress: (progress) => told.push(progress) } }).run();
    assert.deepEqual(
      told.map(({ phase, done, total, training }) => [phase, done, total, training?.epoch, training?.epochs]),
      [1, 2, 3].flatMap((epoch) => [1, 2, 3].map((step) => ['train', step, 3, epoch, 3])),
    );
    assert.equal(told.at(-1)?.training?.secondsLeft, 0);
  });
});

describe('a loss that is not finite', () => {
  test('ends the training with an error where no epoch has ended', async () => {
    await assert.rejects(
      loop(new FakeNetwork([3])).run(),
      userError(/diverged in step 3, epoch 1: the loss is NaN, first in node layer7 \(Conv\); lower --lr/),
    );
  });

  test('keeps the best model so far', async () => {
    const network = new FakeNetwork([8]);
    const warnings: string[] = [];
    const saved: Progress[] = [];
    const { best, stopped, curve } = await loop(network, {
      validate: accuracies([0.5, 0.4]),
      hooks: { onWarning: (message) => warnings.push(message) },
      save: async (progress) => void saved.push(progress),
    }).run();
    assert.deepEqual([best.epoch, stopped, curve.length], [1, 'diverged', 2]);
    assert.match(warnings.join(), /step 8, epoch 3.*the model after epoch 1 is kept/);
    // A checkpoint of the broken step would only break again.
    assert.equal(saved.at(-1)?.position.step, 6);
  });
});

describe('an interrupted training', () => {
  /** Aborts after so many runs of the network; what it saved. */
  async function interrupted(
    runs: number,
    accumulate: number,
  ): Promise<{ saved: Progress; message: string }> {
    const controller = new AbortController();
    const network = new FakeNetwork();
    const run = network.run.bind(network);
    network.run = async (step) => {
      if (network.seen.length + 1 === runs) controller.abort();
      return run(step);
    };
    let saved: Progress | undefined;
    try {
      await loop(network, {
        accumulate,
        settings: { checkpoint: 'run' },
        hooks: { signal: controller.signal },
        validate: accuracies([0.5, 0.7, 0.6]),
        save: async (progress) => {
          saved = progress;
        },
      }).run();
    } catch (error) {
      assert.ok(error instanceof InterruptedError);
      return { saved: saved!, message: error.message };
    }
    throw new Error('it was not interrupted');
  }

  test('goes on to the same model, wherever it stopped', async () => {
    for (const accumulate of [1, 2]) {
      const whole = new FakeNetwork();
      const expected = await outcomeOf(loop(whole, { accumulate, validate: accuracies([0.5, 0.7, 0.6]) }));
      for (let runs = 1; runs <= 3 * STEPS * accumulate; runs++) {
        const { saved, message } = await interrupted(runs, accumulate);
        const step = Math.ceil(runs / accumulate);
        assert.equal(saved.position.step, step);
        assert.match(message, new RegExp(`^interrupted after step ${step} .*--resume goes on from .* run$`));
        const file = encodeCheckpoint(checkpointOf(saved));
        const network = new FakeNetwork();
        const validated = saved.curve.length;
        const resumed = loop(
          network,
          { accumulate, validate: accuracies([0.5, 0.7, 0.6].slice(validated)) },
          decodeCheckpoint(file, 'f'),
        );
        assert.deepEqual(await outcomeOf(resumed), expected);
        assert.deepEqual(network.states(), whole.states());
        assert.equal(network.seen[0]?.step ?? 3 * STEPS + 1, step + 1);
      }
    }
  });

  test('says that nothing was kept without a checkpoint', async () => {
    const controller = new AbortController();
    controller.abort();
    await assert.rejects(
      loop(new FakeNetwork(), { hooks: { signal: controller.signal } }).run(),
      userError(/interrupted after step 1 in epoch 1: nothing was kept; --checkpoint DIR/),
    );
  });

  test('in its validation goes on with that', async () => {
    let saved: Progress | undefined;
    const save = async (progress: Progress) => {
      saved = progress;
    };
    const validate = () => Promise.reject(new InterruptedError());
    await assert.rejects(loop(new FakeNetwork(), { validate, save }).run(), InterruptedError);
    assert.deepEqual([saved?.position.stepInEpoch, saved?.position.epoch], [STEPS, 1]);
    const network = new FakeNetwork();
    const { curve } = await loop(network, { validate: accuracies([0.1, 0.2, 0.3]) }, saved).run();
    assert.equal(network.seen.length, 2 * STEPS);
    assert.equal(curve.length, 3);
  });
});
