import type { EngineOptions } from '../engine/device.js';
import { Network } from '../engine/network.js';
import { fillBatch } from '../eval/input_batch.js';
import { type BoundModel, bindModel, type Model } from '../eval/model.js';
import { partsOf } from '../eval/observed_batch.js';
import { UserError } from '../util/errors.js';

/** The float network whose scores are soft targets. */
export class Teacher {
  readonly #network: Network;
  readonly #bound: BoundModel;
  /** Value that holds its logits. */
  readonly #logits: string;

  private constructor(network: Network, bound: BoundModel, logits: string) {
    this.#network = network;
    this.#bound = bound;
    this.#logits = logits;
  }

  /** @throws UserError where it takes other images than the student, or knows other classes */
  static async open(model: Model, student: BoundModel, { threads, device }: EngineOptions): Promise<Teacher> {
    const bound = await bindModel(model, student.batch, student.sizes);
    const [own, expected] = [bound, student].map(({ input, output }) => {
      return `images [${input.shape.slice(1).join(', ')}] and gives ${output.classes} scores`;
    });
    if (own !== expected) {
      throw new UserError(
        `--teacher ${model.file}: takes ${own}, the student takes ${expected}; both must be the same`,
      );
    }
    // Logits differ from the logarithms of probabilities by a number that no softmax sees; these it could not give back.
    const last = bound.graph.nodes.find(({ outputs }) => outputs.includes(bound.output.name));
    const logits = bound.probabilities ? last!.inputs[0]! : bound.output.name;
    return new Teacher(
      await Network.create(bound.graph, { observe: [logits], threads, device }),
      bound,
      logits,
    );
  }

  /** @param images [count, …] @returns [count, classes] */
  async logits(images: Float32Array): Promise<Float32Array> {
    const { input, output, batch } = this.#bound;
    const count = images.length / input.shape.slice(1).reduce((product, size) => product * size, 1);
    const logits = new Float32Array(count * output.classes);
    let first = 0;
    for (const part of partsOf(images, count, batch)) {
      const values = await this.#network.run(
        new Map([[input.name, fillBatch(part.input, part.count, batch)]]),
      );
      const scores = values.get(this.#logits)!.subarray(0, part.count * output.classes);
      logits.set(scores, first * output.classes);
      first += part.count;
    }
    return logits;
  }

  release(): Promise<void> {
    return this.#network.release();
  }
}
