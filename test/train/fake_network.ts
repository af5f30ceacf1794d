import type { MicroBatch, TrainedNetwork } from '../../src/train/loop.js';
import type { StepResult, TrainingStep } from '../../src/train/plan/training_network.js';

/** A stand-in for a training network: its states mix everything that it is given, in order. */
export class FakeNetwork implements TrainedNetwork {
  readonly weights = new Float32Array(4).fill(1);
  readonly momentum = new Float32Array(4);
  readonly range = Float32Array.of(-1, 1);
  /** All steps that it was given. */
  readonly seen: TrainingStep[] = [];
  /** Steps of the optimizer whose loss is NaN. */
  readonly broken: ReadonlySet<number>;

  constructor(broken: readonly number[] = []) {
    this.broken = new Set(broken);
  }

  async run(step: TrainingStep): Promise<StepResult> {
    this.seen.push(step);
    if (this.broken.has(step.step))
      return { loss: Number.NaN, correct: Number.NaN, gradientNorm: Number.NaN };
    const { learningRate, rangeMomentum } = step;
    const values = [...step.images, ...step.labels, ...(step.teacher ?? [])];
    for (const [i, value] of values.entries()) {
      const at = i % 4;
      this.momentum[at] = 0.9 * this.momentum[at] + Math.sin(value + this.weights[at]);
      this.weights[at] -= learningRate * this.momentum[at];
    }
    this.range[1] += rangeMomentum * (this.weights[0] - this.range[1]);
    return { loss: 1 / (1 + step.step), correct: step.labels[0], gradientNorm: Math.abs(this.momentum[1]) };
  }

  async findNonFinite(): Promise<{ name: string; type: string } | null> {
    return { name: 'layer7', type: 'Conv' };
  }

  states(): Map<string, Float32Array> {
    const { weights, momentum, range } = this;
    return new Map(
      Object.entries({ weights, momentum, range }).map(([name, values]) => [name, values.slice()]),
    );
  }

  restore(states: ReadonlyMap<string, Float32Array>): void {
    for (const name of ['weights', 'momentum', 'range'] as const) {
      this[name].set(states.get(name) as Float32Array);
    }
  }

  constants(): Map<string, Float32Array> {
    return new Map([['w', this.weights.slice()]]);
  }

  ranges() {
    return new Map([['x', { min: this.range[0], max: this.range[1] }]]);
  }
}

/** Micro-batches of two images that differ from each other in each epoch. */
export async function* fakeBatches(
  epoch: number,
  firstStep: number,
  steps: number,
  accumulate: number,
): AsyncGenerator<MicroBatch> {
  for (let i = firstStep * accumulate; i < steps * accumulate; i++) {
    yield { input: Float32Array.of(epoch, i), labels: Int32Array.of(i % 2, 1) };
  }
}
