import { AccuracyCounter } from '../eval/accuracy.js';
import type { LabelledBatch } from '../eval/evaluate.js';
import { fillBatch } from '../eval/input_batch.js';
import type { BoundModel } from '../eval/model.js';
import { pipeline } from '../eval/pipeline.js';
import type { Scorer } from '../eval/scorer.js';
import type { BenchAccuracy } from '../report/bench/results.js';
import { UserError } from '../util/errors.js';
import { encodeBits } from './correct_bits.js';

/** What one variant of a network got right. */
export interface PassResult {
  readonly accuracy: BenchAccuracy;
  readonly samples: number;
  /** Wall time. */
  readonly seconds: number;
}

export interface PassOptions {
  readonly signal?: AbortSignal;
  onProgress?(done: number): void;
}

/**
 * Runs one variant of a network over samples. While a batch is computed, the one before it is counted.
 * @throws UserError where a label is no class of the model; InterruptedError when the signal is aborted
 */
export async function runPass(
  bound: BoundModel,
  samples: AsyncIterable<LabelledBatch>,
  scorer: Pick<Scorer, 'mostRuns' | 'run'>,
  { signal, onProgress }: PassOptions,
): Promise<PassResult> {
  const started = performance.now();
  const counter = new Counter(bound);
  await pipeline(
    samples,
    scorer.mostRuns,
    ({ input, count }) => scorer.run(fillBatch(input, count, bound.batch)),
    (batch, outputs) => {
      counter.add(batch, outputs);
      onProgress?.(counter.samples);
    },
    signal,
  );
  return { ...counter.result(), seconds: (performance.now() - started) / 1000 };
}

class Counter {
  readonly #bound: BoundModel;
  readonly #accuracy: AccuracyCounter;
  readonly #correct: boolean[] = [];

  constructor(bound: BoundModel) {
    this.#bound = bound;
    this.#accuracy = new AccuracyCounter({
      classes: bound.output.classes,
      probabilities: bound.probabilities,
      perClass: false,
      confusion: false,
    });
  }

  get samples(): number {
    return this.#accuracy.samples;
  }

  add({ labels, first, count }: LabelledBatch, outputs: Float32Array): void {
    const { classes } = this.#bound.output;
    const wrong = labels.findIndex((label) => label < 0 || label >= classes);
    if (wrong !== -1) {
      throw new UserError(
        `sample ${first + wrong} has the label ${labels[wrong]}, but ${this.#bound.model.file} gives ${classes} scores (labels 0 to ${classes - 1}); is this the dataset of the model?`,
      );
    }
    const predictions = this.#accuracy.add(outputs.subarray(0, count * classes), labels);
    for (let i = 0; i < count; i++) this.#correct.push(predictions[i] === labels[i]);
  }

  result(): Omit<PassResult, 'seconds'> {
    const { correct, top1, top1Interval, top5, loss } = this.#accuracy.result(0);
    const correctBits = encodeBits(this.#correct);
    return { samples: this.samples, accuracy: { correct, top1, top1Interval, top5, loss, correctBits } };
  }
}
