import { floatTensor, type OrtSession, openSession } from '../engine/onnxruntime.js';
import type { BoundModel } from './model.js';

/** The float32 model as onnxruntime runs the file itself. */
export class FloatBaseline {
  readonly #session: OrtSession;
  readonly #bound: BoundModel;

  private constructor(session: OrtSession, bound: BoundModel) {
    this.#session = session;
    this.#bound = bound;
  }

  /** Opened by path, so that onnxruntime finds external data. */
  static async open(bound: BoundModel, threads: number): Promise<FloatBaseline> {
    return new FloatBaseline(await openSession(bound.model.file, threads, bound.model.file), bound);
  }

  /** @returns float32 [batch, classes] */
  async run(input: Float32Array): Promise<Float32Array> {
    const { name, shape } = this.#bound.input;
    const results = await this.#session.run({ [name]: floatTensor(input, shape) });
    return results[this.#bound.output.name].data as Float32Array;
  }

  cancel(): void {
    this.#session.cancel();
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}
