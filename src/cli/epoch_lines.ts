import { epochText, type Progress } from './progress_text.js';

/** Says one line at the end of each epoch, for streams on which no line can be drawn over. */
export class EpochLines {
  readonly #say: (message: string) => void;
  #said = 0;

  constructor(say: (message: string) => void) {
    this.#say = say;
  }

  update({ training, done, total }: Progress): void {
    if (training === undefined || done < total || training.epoch === this.#said) return;
    this.#said = training.epoch;
    this.#say(epochText(training));
  }
}
