import type { AccuracyResult } from '../report/results.js';
import { meanInterval, wilsonInterval } from './statistics.js';

/** From this many classes on, top-5 says something. */
const TOP5_CLASSES = 6;

export interface AccuracyOptions {
  readonly classes: number;
  readonly classNames?: readonly string[];
  /** The model's outputs are probabilities (it ends in Softmax), not logits. */
  readonly probabilities: boolean;
  readonly perClass: boolean;
  readonly confusion: boolean;
}

/** Counts what one variant of the model got right, batch by batch. */
export class AccuracyCounter {
  readonly #options: AccuracyOptions;
  #samples = 0;
  #correct = 0;
  #correct5 = 0;
  #agreed: number | null = 0;
  #loss = 0;
  #lossSquares = 0;
  readonly #confusion: Int32Array[];

  constructor(options: AccuracyOptions) {
    this.#options = options;
    this.#confusion = Array.from({ length: options.classes }, () => new Int32Array(options.classes));
  }

  get samples(): number {
    return this.#samples;
  }

  /**
   * @param outputs float32 [count, classes]
   * @param reference predictions of the float model for the same samples, where it ran
   * @returns the predicted classes
   */
  add(outputs: Float32Array, labels: Int32Array, reference?: Int32Array): Int32Array {
    const { classes } = this.#options;
    const predictions = new Int32Array(labels.length);
    for (let i = 0; i < labels.length; i++) {
      const scores = outputs.subarray(i * classes, (i + 1) * classes);
      const label = labels[i];
      predictions[i] = predictedClass(scores);
      if (predictions[i] === label) this.#correct++;
      if (rank(scores, label) < 5) this.#correct5++;
      this.#confusion[label][predictions[i]]++;
      const loss = this.#options.probabilities
        ? -Math.log(Math.max(scores[label], 1e-38))
        : crossEntropy(scores, label);
      this.#loss += loss;
      this.#lossSquares += loss * loss;
      if (reference !== undefined && this.#agreed !== null && predictions[i] === reference[i]) this.#agreed++;
    }
    if (reference === undefined) this.#agreed = null;
    this.#samples += labels.length;
    return predictions;
  }

  /** @param seconds what computing the outputs took */
  result(seconds: number): AccuracyResult {
    const n = this.#samples;
    const { classes, perClass, confusion } = this.#options;
    const top5 = classes >= TOP5_CLASSES;
    return {
      correct: this.#correct,
      top1: n === 0 ? 0 : this.#correct / n,
      top1Interval: wilsonInterval(this.#correct, n),
      top5: top5 && n > 0 ? this.#correct5 / n : null,
      top5Interval: top5 && n > 0 ? wilsonInterval(this.#correct5, n) : null,
      loss: n === 0 ? 0 : this.#loss / n,
      lossInterval: n === 0 ? [0, 0] : meanInterval(this.#loss, this.#lossSquares, n),
      agreementWithFloat: this.#agreed === null || n === 0 ? null : this.#agreed / n,
      seconds,
      imagesPerSecond: seconds > 0 ? n / seconds : 0,
      ...(perClass ? { perClass: this.#perClass() } : {}),
      ...(confusion ? { confusion: this.#confusion.map((row) => [...row]) } : {}),
    };
  }

  #perClass() {
    return this.#confusion.map((row, label) => {
      const samples = row.reduce((sum, count) => sum + count, 0);
      const name = this.#options.classNames?.[label] ?? String(label);
      return { class: name, samples, top1: samples === 0 ? 0 : row[label] / samples };
    });
  }
}

/** Index of the largest score, the first one where several are equal; 0 where the first is NaN. */
export function predictedClass(scores: Float32Array): number {
  let best = 0;
  for (let i = 1; i < scores.length; i++) if (scores[i] > scores[best]) best = i;
  return best;
}

/** How many classes come before the label, ties in the order of the classes. */
function rank(scores: Float32Array, label: number): number {
  let before = 0;
  for (let i = 0; i < scores.length; i++) {
    if (scores[i] > scores[label] || (scores[i] === scores[label] && i < label)) before++;
  }
  return before;
}

/** −log softmax(logits)[label], in nats. */
function crossEntropy(logits: Float32Array, label: number): number {
  let max = Number.NEGATIVE_INFINITY;
  for (const x of logits) if (x > max) max = x;
  let sum = 0;
  for (const x of logits) sum += Math.exp(x - max);
  return max + Math.log(sum) - logits[label];
}
