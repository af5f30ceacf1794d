import type { VariantResults } from '../../src/report/finetune_results.js';
import type { Checkpoint } from '../../src/train/checkpoint_format.js';
import type { Progress } from '../../src/train/loop.js';

/** Some progress of a training. */
export const progress: Progress = {
  position: { epoch: 2, stepInEpoch: 1, step: 4, loss: 0.1 + 0.2, correct: 3, seconds: 1.5 },
  curve: [
    {
      ...{ epoch: 1, steps: 3, learningRate: 0.01, loss: 1.25, trainAccuracy: 0.5, validationAccuracy: null },
      ...{ seconds: 1, imagesPerSecond: 6 },
    },
  ],
  trainingSeconds: 2.5,
  states: new Map([
    ['parameter/w', Float32Array.of(1, 0.1, -0, 3e38, 1e-45)],
    ['range/ä', Float32Array.of(-1, 2)],
    ['empty', new Float32Array()],
  ]),
  best: {
    epoch: 1,
    accuracy: null,
    constants: new Map([['w', Float32Array.of(5)]]),
    ranges: new Map([['x', { min: Math.fround(-0.1), max: 2 }]]),
  },
};

/** A whole checkpoint around it. */
export function checkpointOf(changes: Partial<Checkpoint> = {}): Checkpoint {
  return {
    ...progress,
    identity: { 'the model': 'ab'.repeat(32), '--lr': '0.01' },
    startRanges: new Map([['x', { min: 0, max: 1 }]]),
    before: { float: null, exact: null, approx: null } as unknown as VariantResults,
    ...changes,
  };
}
