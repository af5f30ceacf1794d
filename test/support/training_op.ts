import type { Plan, PlanAttribute } from '../../src/engine/plan.js';
import type { Tensor } from '../../src/onnx/graph.js';
import { createTestPlan } from './engine.js';
import { sizeOf } from './native_op.js';

/** One op of the plan's vocabulary with any number of outputs, all f32. */
export interface TrainingOp {
  readonly type: string;
  readonly inputs: readonly (Tensor | undefined)[];
  /** Shapes of the outputs; a number is the index of the input which that output is (in place). */
  readonly outputs: readonly (readonly number[] | number)[];
  readonly attributes?: Readonly<Record<string, PlanAttribute>>;
  /** Index of an input in whose place the first output lies, as another tensor. */
  readonly overwrites?: number;
}

/** A plan of the single op; its inputs and outputs are those of the plan. */
export function trainingPlan(op: TrainingOp): Plan {
  const tensors: { type: 'f32'; shape: readonly number[]; storage: { arena: number }; name: string }[] = [];
  let arenaBytes = 0;
  const place = (shape: readonly number[], name: string) => {
    tensors.push({ type: 'f32', shape, storage: { arena: arenaBytes }, name });
    arenaBytes += Math.ceil((sizeOf(shape) * 4) / 64) * 64;
    return tensors.length - 1;
  };
  const inputs = op.inputs.map((input, i) => (input === undefined ? -1 : place(input.shape, `x${i}`)));
  const outputs = op.outputs.map((output, i) => {
    if (typeof output === 'number') return inputs[output]!;
    if (i > 0 || op.overwrites === undefined) return place(output, `y${i}`);
    tensors.push({ ...tensors[inputs[op.overwrites]!]!, shape: output, name: `y${i}` });
    return tensors.length - 1;
  });
  return {
    tensors,
    ops: [{ type: op.type, name: 'op', inputs, outputs, attributes: op.attributes ?? {} }],
    arenaBytes,
    inputs: inputs.filter((id) => id >= 0),
    outputs,
    states: [],
    luts: 0,
  };
}

/** The op's outputs from the engine that is tested, or the given one. */
export async function runTraining(op: TrainingOp, createPlan = createTestPlan): Promise<Float32Array[]> {
  const feeds = op.inputs.flatMap((input) => (input === undefined ? [] : [input.data as Float32Array]));
  return await createPlan(trainingPlan(op)).run(feeds);
}

export const scalar = (value: number): Tensor => ({
  type: 'float32',
  shape: [1],
  data: Float32Array.of(value),
});

/** The derivative of `f` by every element of `x`: central differences in float64. */
export function differences(x: ArrayLike<number>, f: (x: Float64Array) => number, step = 1e-5): Float64Array {
  const moved = Float64Array.from(x);
  return moved.map((value, i) => {
    moved[i] = value + step;
    const above = f(moved);
    moved[i] = value - step;
    const below = f(moved);
    moved[i] = value;
    return (above - below) / (2 * step);
  });
}

/** Σ a·b */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Largest difference of two results; infinite where their lengths differ or one is NaN. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = a.length === b.length ? 0 : Infinity;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Infinity : difference;
  }
  return largest;
}
