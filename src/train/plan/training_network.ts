import { loadAddon, type NativePlan, type OpTime } from '../../engine/addon.js';
import { createPlan, DeviceFailed, engineError, OutOfDeviceMemory } from '../../engine/create_plan.js';
import { CPU, type Device, deviceName, type EngineOptions } from '../../engine/device.js';
import { engineTable } from '../../engine/lut_table.js';
import { opTypesOf } from '../../engine/op_types.js';
import type { Plan } from '../../engine/plan.js';
import type { Multiplier } from '../../multiplier/multiplier.js';
import type { Range } from '../../quant/qparams.js';
import { UserError } from '../../util/errors.js';
import { averageKey, parameterKey, RANGE, STATISTICS, type StepInput } from './plan_tensors.js';
import { type TrainingPlan, type TrainingPlanOptions, trainingPlan } from './training_plan.js';

export interface TrainingNetworkOptions extends TrainingPlanOptions, EngineOptions {}

/** One run: forward, loss, backward, and the optimizer after the last micro-batch of a step. */
export interface TrainingStep {
  /** [batch, …] */
  readonly images: Float32Array;
  /** [batch] class indices. */
  readonly labels: Int32Array;
  /** [batch, classes] logits of the teacher; needed where the loss distils. */
  readonly teacher?: Float32Array;
  readonly learningRate: number;
  /** Of the activation ranges' moving averages. */
  readonly rangeMomentum: number;
  /** Of the optimizer, from 1. */
  readonly step: number;
  /** Of the micro-batch, 0 … accumulate − 1. */
  readonly position: number;
}

/** Of one run. All are NaN where a NaN or an infinity kept it from its end; nothing has been updated then. */
export interface StepResult {
  /** Mean over the batch. */
  readonly loss: number;
  readonly correct: number;
  /** Euclidean, over all parameters, of the gradient gathered so far in the step; before clipping. */
  readonly gradientNorm: number;
}

/** A graph with its loss, gradients and optimizer as one plan. */
export class TrainingNetwork {
  readonly #options: TrainingNetworkOptions;
  readonly #training: TrainingPlan;
  readonly #plan: NativePlan;
  readonly #luts = new Map<number, string>();

  private constructor(options: TrainingNetworkOptions, training: TrainingPlan, plan: NativePlan) {
    this.#options = options;
    this.#training = training;
    this.#plan = plan;
  }

  /** @throws UserError naming every node that cannot be trained through, before anything runs */
  static create(options: TrainingNetworkOptions): TrainingNetwork {
    loadAddon().setThreads(options.threads);
    const training = trainingPlan(options);
    expectOps(training.plan, options.device ?? CPU);
    const network = new TrainingNetwork(options, training, createPlan(training.plan, options));
    network.restore(new Map(training.states.map(({ key, initial }) => [key, initial])));
    return network;
  }

  /** Bytes of all tensors that are no constants. */
  get arenaBytes(): number {
    return this.#training.plan.arenaBytes;
  }

  /** Puts a multiplier into a slot; the same one again costs nothing. */
  setMultiplier(slot: number, multiplier: Multiplier): void {
    if (this.#luts.get(slot) === multiplier.sha256) return;
    this.#onDevice(() => this.#plan.setLut(slot, loadAddon().createLut(engineTable(multiplier))));
    this.#luts.set(slot, multiplier.sha256);
  }

  /** One native call. */
  async run(step: TrainingStep): Promise<StepResult> {
    const inputs = this.#inputs(step);
    try {
      const [[loss], [correct], [gradientNorm]] = await this.#plan.run(inputs);
      return { loss, correct, gradientNorm };
    } catch (given) {
      const error = engineError(given, this.#options.device ?? CPU);
      if (error instanceof OutOfDeviceMemory || error instanceof DeviceFailed) throw error;
      // What is not finite cannot be quantized: the run ends where it should be.
      if (this.#nonFiniteParameter() === null && (await this.#plan.findNonFinite(inputs)) === null)
        throw error;
      return { loss: Number.NaN, correct: Number.NaN, gradientNorm: Number.NaN };
    }
  }

  /**
   * Where a NaN or an infinity appears first: in a layer's parameters, or else in an op of the step, which is run
   * again up to there; null: nowhere.
   */
  async findNonFinite(step: TrainingStep): Promise<{ name: string; type: string } | null> {
    return this.#nonFiniteParameter() ?? this.#plan.findNonFinite(this.#inputs(step));
  }

  /**
   * A copy of all that outlasts a step, by name: 'parameter/NAME', 'momentum/NAME', 'variance/NAME' (of Adam),
   * 'average/NAME', 'gradient/NAME' (summed over micro-batches), 'statistics/NAME', 'range/VALUE'.
   */
  states(): Map<string, Float32Array> {
    return new Map(
      this.#training.states.map(({ key }, index) => [key, this.#onDevice(() => this.#plan.readState(index))]),
    );
  }

  /** Takes up what `states` gave. @throws Error where names or sizes differ */
  restore(states: ReadonlyMap<string, Float32Array>): void {
    const own = this.#training.states;
    for (const key of states.keys()) {
      if (!own.some((state) => state.key === key)) throw new Error(`this network has no state '${key}'`);
    }
    for (const { key, initial } of own) {
      const size = states.get(key)?.length;
      if (size === initial.length) continue;
      throw new Error(`state '${key}' has ${size ?? 'no'} values, expected ${initial.length}`);
    }
    own.forEach(({ key }, index) => {
      this.#onDevice(() => this.#plan.writeState(index, states.get(key) as Float32Array));
    });
  }

  /**
   * The constants of the graph that training changed, by name: parameters, or their moving averages where those are
   * kept, and the statistics of BatchNormalization in 'train'.
   */
  constants(): Map<string, Float32Array> {
    const states = this.states();
    const constants = new Map<string, Float32Array>();
    for (const { constant } of this.#training.parameters) {
      const values = states.get(averageKey(constant)) ?? states.get(parameterKey(constant));
      constants.set(constant, values as Float32Array);
    }
    for (const [key, values] of states) {
      if (key.startsWith(STATISTICS)) constants.set(key.slice(STATISTICS.length), values);
    }
    return constants;
  }

  /** Activation ranges of mode 'static', by value name. */
  ranges(): Map<string, Range> {
    const ranges = new Map<string, Range>();
    for (const [key, [min, max]] of this.states()) {
      if (key.startsWith(RANGE)) ranges.set(key.slice(RANGE.length), { min, max });
    }
    return ranges;
  }

  /** Gives its memory back. */
  release(): void {
    this.#plan.release();
  }

  /** Time of each op so far. */
  profile(): OpTime[] {
    return this.#plan.profile();
  }

  #onDevice<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw engineError(error, this.#options.device ?? CPU);
    }
  }

  #nonFiniteParameter(): { name: string; type: string } | null {
    const states = this.states();
    const found = this.#training.parameters.find(({ constant }) => {
      return states.get(parameterKey(constant))?.some((value) => !Number.isFinite(value));
    });
    return found === undefined ? null : { name: found.node.name, type: found.node.op };
  }

  #inputs(step: TrainingStep): Float32Array[] {
    const { accumulate } = this.#options;
    const arrays: Readonly<Record<StepInput, Float32Array | undefined>> = {
      images: step.images,
      labels: Float32Array.from(step.labels),
      teacher: step.teacher,
      learningRate: Float32Array.of(step.learningRate),
      rangeMomentum: Float32Array.of(step.rangeMomentum),
      step: Float32Array.of(step.step),
      seed: Float32Array.of((step.step - 1) * accumulate + step.position),
      restart: Float32Array.of(step.position === 0 ? 1 : 0),
      apply: Float32Array.of(step.position === accumulate - 1 ? 1 : 0),
    };
    return this.#training.inputs.map((name) => {
      const array = arrays[name];
      if (array === undefined) throw new Error(`the step lacks its ${name}`);
      return array;
    });
  }
}

/** A training step does not leave the engine. @throws UserError with the ops that the engine lacks */
function expectOps({ ops }: Plan, device: Device): void {
  const types = opTypesOf(device);
  const lacking = [...new Set(ops.map(({ type }) => type))].filter((type) => !types.has(type));
  if (lacking.length === 0) return;
  throw new UserError(
    `the engine of ${deviceName(device)} lacks ops that this training needs: ${lacking.join(', ')}; use --device cpu`,
  );
}
