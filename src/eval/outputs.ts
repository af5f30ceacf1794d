import { writeAtomically } from '../util/files.js';
import { encodeNpy } from '../util/npy.js';
import type { BatchPredictions, LabelledBatch } from './evaluate.js';
import type { EvalSettings } from './settings.js';

/** Collects what --save-logits and --save-predictions write. */
export class EvalOutputs {
  readonly #settings: Pick<EvalSettings, 'saveLogits' | 'savePredictions'>;
  readonly #classes: number;
  readonly #logits: Float32Array[] = [];
  readonly #lines = ['index,label,float,exact,approx'];

  constructor(settings: Pick<EvalSettings, 'saveLogits' | 'savePredictions'>, classes: number) {
    this.#settings = settings;
    this.#classes = classes;
  }

  /** @param scores float32 [count, classes] of the approximate model */
  add(
    { first, labels }: LabelledBatch,
    scores: Float32Array,
    { float, exact, approx }: BatchPredictions,
  ): void {
    if (this.#settings.saveLogits !== undefined) this.#logits.push(scores.slice());
    if (this.#settings.savePredictions === undefined) return;
    approx.forEach((prediction, i) => {
      this.#lines.push([first + i, labels[i], float?.[i] ?? '', exact?.[i] ?? '', prediction].join(','));
    });
  }

  /** Writes the files that were asked for, each in one piece. */
  async write(): Promise<void> {
    const { saveLogits, savePredictions } = this.#settings;
    if (saveLogits !== undefined) {
      const all = new Float32Array(this.#logits.reduce((sum, scores) => sum + scores.length, 0));
      let at = 0;
      for (const scores of this.#logits) {
        all.set(scores, at);
        at += scores.length;
      }
      await writeAtomically(saveLogits, encodeNpy([all.length / this.#classes, this.#classes], all));
    }
    if (savePredictions !== undefined) await writeAtomically(savePredictions, `${this.#lines.join('\n')}\n`);
  }
}
