import type { TensorId } from '../../engine/plan.js';
import type { PlanBuilder } from '../../engine/plan_builder.js';

/** Row-major values, output channels first: float64 where they are constant, else a tensor of the plan. */
export type Values = Float64Array | TensorId;

/** Arithmetic on one value per output channel of a layer: at once where all is constant, else as ops. */
export class ChannelArithmetic {
  readonly #builder: PlanBuilder;
  readonly #node: string;
  readonly #channels: number;

  /** @param node name of the layer */
  constructor(builder: PlanBuilder, node: string, channels: number) {
    this.#builder = builder;
    this.#node = node;
    this.#channels = channels;
  }

  /** @param a of `shape`, [channels, …] @param b one per channel */
  multiply(a: Values, b: Values, shape: readonly number[] = [this.#channels]): Values {
    if (isConstant(a) && isConstant(b)) {
      const inner = a.length / this.#channels;
      return a.map((value, i) => value * b[Math.floor(i / inner)]!);
    }
    return this.#op('Mul', a, b, shape);
  }

  /** Both one per channel. */
  add(a: Values, b: Values): Values {
    if (isConstant(a) && isConstant(b)) return a.map((value, c) => value + b[c]!);
    return this.#op('Add', a, b, [this.#channels]);
  }

  /** Constants are rounded to float32 here, once. */
  tensor(values: Values, shape: readonly number[]): TensorId {
    return isConstant(values)
      ? this.#builder.constant(Float32Array.from(values), shape, `constant of ${this.#node}`)
      : this.#builder.view(values, shape, this.#builder.name(values));
  }

  #op(type: 'Mul' | 'Add', a: Values, b: Values, shape: readonly number[]): TensorId {
    const perChannel = shape.map((size, axis) => (axis === 0 ? size : 1));
    const inputs = [this.tensor(a, shape), this.tensor(b, perChannel)];
    const id = this.#builder.tensor('f32', shape, `${this.#node} folded`);
    this.#builder.op(type, this.#node, inputs, [id], { act: 'none' });
    return id;
  }
}

export function isConstant(values: Values): values is Float64Array {
  return typeof values !== 'number';
}
