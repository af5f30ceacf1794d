import type { TensorId } from '../../engine/plan.js';
import type { PlanBuilder } from '../../engine/plan_builder.js';

/** Names of states. */
export const parameterKey = (constant: string): string => `parameter/${constant}`;
export const averageKey = (constant: string): string => `average/${constant}`;
export const STATISTICS = 'statistics/';
export const RANGE = 'range/';

/** A tensor that outlasts a step; see `TrainingNetwork.states`. */
export interface StateInfo {
  readonly key: string;
  readonly initial: Float32Array;
}

/** The states of a training plan, by name, in the order of `Plan.states`. */
export class PlanStates {
  readonly #builder: PlanBuilder;
  readonly #states = new Map<string, StateInfo & { readonly id: TensorId }>();

  constructor(builder: PlanBuilder) {
    this.#builder = builder;
  }

  has(key: string): boolean {
    return this.#states.has(key);
  }

  /** The state of that name, made by the first call. */
  id(key: string, shape: readonly number[], initial: () => Float32Array): TensorId {
    const known = this.#states.get(key);
    if (known !== undefined) return known.id;
    const id = this.#builder.state(shape, key);
    this.#states.set(key, { key, initial: initial(), id });
    return id;
  }

  /** A state of zeros. */
  zeros(key: string, shape: readonly number[]): TensorId {
    return this.id(key, shape, () => new Float32Array(shape.reduce((product, size) => product * size, 1)));
  }

  get all(): readonly StateInfo[] {
    return [...this.#states.values()];
  }
}

/** What every step brings along. */
export type StepInput =
  | 'images'
  | 'labels'
  | 'teacher'
  | 'learningRate'
  | 'rangeMomentum'
  | 'step'
  | 'seed'
  | 'restart'
  | 'apply';

/** The inputs of a training plan: those that some op reads, in the order of `Plan.inputs`. */
export class PlanInputs {
  readonly #builder: PlanBuilder;
  readonly #inputs = new Map<StepInput, TensorId>();

  constructor(builder: PlanBuilder) {
    this.#builder = builder;
  }

  /** A tensor that is filled before the first op. */
  id(name: StepInput, shape: readonly number[] = [1]): TensorId {
    const id = this.#inputs.get(name) ?? this.#builder.tensor('f32', shape, name);
    this.#inputs.set(name, id);
    return id;
  }

  /** Takes up an input that the lowering of the graph made. */
  take(name: StepInput, id: TensorId): void {
    this.#inputs.set(name, id);
  }

  get names(): readonly StepInput[] {
    return [...this.#inputs.keys()];
  }

  get ids(): readonly TensorId[] {
    return [...this.#inputs.values()];
  }
}
