import type { PlanOp, TensorId } from '../../engine/plan.js';
import type { PlanBuilder } from '../../engine/plan_builder.js';
import type { GradientContext, LutGradient } from './gradients/gradient.js';
import { CONSTANT_RESULTS, GRADIENTS, QUANTIZERS } from './gradients/registry.js';

export interface DifferentiateOptions {
  /** The ops of the forward pass. */
  readonly ops: readonly PlanOp[];
  /** A tensor of the plan, and the gradient of the loss by it. */
  readonly output: TensorId;
  readonly gradient: TensorId;
  /** The tensors whose gradients are wanted. */
  readonly wanted: readonly TensorId[];
  /** One per LUT slot. */
  readonly luts: readonly LutGradient[];
}

/**
 * Adds the backward pass to a plan: only ops on a way from a wanted tensor to the output, and no op whose results
 * nobody reads.
 * @returns the gradient of each wanted tensor, in its shape; those that the output does not depend on have none
 */
export function differentiate(builder: PlanBuilder, options: DifferentiateOptions): Map<TensorId, TensorId> {
  const backward = new Backward(builder, options);
  for (const op of [...options.ops].reverse()) backward.pass(op);
  return backward.gradientsOf(options.wanted);
}

/** Roots (see `PlanBuilder.root`) of the tensors that depend on the given ones through ops that pass gradients on. */
export function dependents(
  builder: PlanBuilder,
  ops: readonly PlanOp[],
  on: readonly TensorId[],
): Set<TensorId> {
  const found = new Set(on.map((id) => builder.root(id)));
  for (const { type, name, inputs, outputs } of ops) {
    if (CONSTANT_RESULTS.has(type) || !inputs.some((id) => id >= 0 && found.has(builder.root(id)))) continue;
    if (!Object.hasOwn(GRADIENTS, type) && !QUANTIZERS.has(type))
      throw new Error(`${type} '${name}' has no gradient`);
    // Gradients come back through the first output alone: the others are statistics and masks.
    found.add(builder.root(outputs[0]));
  }
  return found;
}

class Backward {
  readonly #builder: PlanBuilder;
  readonly #luts: readonly LutGradient[];
  readonly #needed: ReadonlySet<TensorId>;
  readonly #producers: ReadonlyMap<TensorId, PlanOp>;
  /** By root, in the shape of the root. */
  readonly #gradients = new Map<TensorId, TensorId>();

  constructor(builder: PlanBuilder, { ops, output, gradient, wanted, luts }: DifferentiateOptions) {
    this.#builder = builder;
    this.#luts = luts;
    this.#needed = dependents(builder, ops, wanted);
    this.#producers = new Map(ops.map((op) => [builder.root(op.outputs[0]), op]));
    this.#add(output, gradient, '');
  }

  pass(op: PlanOp): void {
    const builder = this.#builder;
    const [output] = op.outputs;
    const found = this.#gradients.get(builder.root(output));
    if (found === undefined) return;
    const gradient = builder.view(found, builder.shape(output), builder.name(found));
    const context: GradientContext = {
      builder,
      gradient: this.#beforeActivation(op, gradient),
      needs: (id) => this.#needs(id),
      add: (id, part) => this.#add(id, part, op.name),
      producer: (id) => this.#producer(id),
      lut: (slot) => this.#luts[slot],
    };
    GRADIENTS[op.type](op, context);
  }

  gradientsOf(wanted: readonly TensorId[]): Map<TensorId, TensorId> {
    const builder = this.#builder;
    return new Map(
      wanted.flatMap((id) => {
        const found = this.#gradients.get(builder.root(id));
        return found === undefined ? [] : [[id, builder.view(found, builder.shape(id), builder.name(found))]];
      }),
    );
  }

  #needs(id: TensorId): boolean {
    return id >= 0 && this.#needed.has(this.#builder.root(id));
  }

  #producer(id: TensorId): PlanOp {
    const op = this.#producers.get(this.#builder.root(id));
    if (op === undefined) throw new Error(`'${this.#builder.name(id)}' is no op's result`);
    return op;
  }

  /** The gradient before the activation that the op includes. */
  #beforeActivation({ name, attributes, outputs: [y] }: PlanOp, gradient: TensorId): TensorId {
    const { act, actMin, actMax } = attributes;
    if (act !== 'relu' && act !== 'clip') return gradient;
    const builder = this.#builder;
    const id = builder.tensor('f32', builder.shape(y), `${builder.name(gradient)} before ${act}`);
    const bounds =
      act === 'relu' ? { low: 0, high: Number.POSITIVE_INFINITY } : { low: actMin, high: actMax };
    builder.op('ActivationGradient', name, [gradient, y], [id], bounds);
    return id;
  }

  /** What several readers pass back is summed. */
  #add(id: TensorId, part: TensorId, node: string): void {
    const builder = this.#builder;
    const root = builder.root(id);
    const shape = builder.shape(root);
    const gradient = builder.view(part, shape, builder.name(part));
    const known = this.#gradients.get(root);
    if (known === undefined) {
      this.#gradients.set(root, gradient);
      return;
    }
    const sum = builder.tensor('f32', shape, `gradient of ${builder.name(root)}`);
    builder.op('Add', node, [known, gradient], [sum], { act: 'none' });
    this.#gradients.set(root, sum);
  }
}
