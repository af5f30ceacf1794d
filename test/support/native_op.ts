import assert from 'node:assert/strict';
import type { Plan, PlanAttribute, PlanTensor } from '../../src/engine/plan.js';
import type { Tensor } from '../../src/onnx/graph.js';
import { Random } from '../../src/util/random.js';
import { createTestPlan } from './engine.js';
import { type AttributesDescription, f32, modelBytes, node } from './onnx_builder.js';
import { relativeError, runOnnx } from './onnxruntime.js';

/** One op of the plan's vocabulary, with its inputs; undefined stands for an omitted one. */
export interface SingleOp {
  readonly type: string;
  readonly inputs: readonly (Tensor | undefined)[];
  readonly outputShape: readonly number[];
  readonly attributes?: Readonly<Record<string, PlanAttribute>>;
  /** Inputs that are constants of the plan; the others are its inputs. */
  readonly constants?: readonly number[];
}

export const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

/** A float32 tensor of random values in [low, high). */
export function randomTensor(shape: readonly number[], random: Random, low = -1, high = 1): Tensor {
  return f32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, () => random.between(low, high)),
  );
}

/** A plan of the single op. Its tensors lie one behind the other, the output last. */
export function singleOpPlan(op: SingleOp): Plan {
  const tensors: PlanTensor[] = [];
  let arenaBytes = 0;
  const place = (shape: readonly number[], name: string) => {
    tensors.push({ type: 'f32', shape, storage: { arena: arenaBytes }, name });
    arenaBytes += Math.ceil((sizeOf(shape) * 4) / 64) * 64;
    return tensors.length - 1;
  };
  const inputs: number[] = [];
  const ids = op.inputs.map((input, index) => {
    if (input === undefined) return -1;
    if (op.constants?.includes(index)) {
      tensors.push({
        type: 'f32',
        shape: input.shape,
        storage: { data: input.data as Float32Array },
        name: `c${index}`,
      });
      return tensors.length - 1;
    }
    inputs.push(place(input.shape, `x${index}`));
    return inputs.at(-1)!;
  });
  const output = place(op.outputShape, 'y');
  return {
    tensors,
    ops: [{ type: op.type, name: 'op', inputs: ids, outputs: [output], attributes: op.attributes ?? {} }],
    arenaBytes,
    inputs,
    outputs: [output],
    states: [],
    luts: 0,
  };
}

/** The op's output from the native engine. */
export async function runNative(op: SingleOp): Promise<Float32Array> {
  const feeds = op.inputs.filter((input, index) => input !== undefined && !op.constants?.includes(index));
  const plan = createTestPlan(singleOpPlan(op));
  const [output] = await plan.run(feeds.map((input) => input!.data as Float32Array));
  return output!;
}

/** The node in onnxruntime: its float32 inputs are those of `op`, further ones are initializers. */
export interface OnnxNode {
  readonly op: string;
  readonly attributes?: AttributesDescription;
  /** Follow the inputs of `op`. */
  readonly extraInputs?: readonly Tensor[];
  readonly opset?: number;
}

/** The op's output and shape from onnxruntime. */
export async function runReference(op: SingleOp, onnx: OnnxNode) {
  const names = op.inputs.map((input, index) => (input === undefined ? '' : `x${index}`));
  const extra = (onnx.extraInputs ?? []).map((tensor, index) => [`e${index}`, tensor] as const);
  const given = op.inputs.flatMap((input, index) =>
    input === undefined ? [] : [[`x${index}`, input] as const],
  );
  const model = modelBytes({
    inputs: Object.fromEntries(given.map(([name, tensor]) => [name, tensor.shape])),
    initializers: Object.fromEntries(extra),
    nodes: [node(onnx.op, [...names, ...extra.map(([name]) => name)], ['y'], onnx.attributes)],
    outputs: ['y'],
    opset: onnx.opset ?? 17,
  });
  const { y } = await runOnnx(model, Object.fromEntries(given));
  return y!;
}

/** Asserts that the native op gives what onnxruntime gives, within 1e-5 of the largest magnitude. */
export async function assertLikeOnnx(op: SingleOp, onnx: OnnxNode): Promise<void> {
  const expected = await runReference(op, onnx);
  assert.deepEqual([...expected.shape], [...op.outputShape]);
  const actual = await runNative(op);
  const error = relativeError(actual, expected.data);
  assert.ok(error <= 1e-5, `relative error ${error}`);
}

/** A generator of the values that a test's property draws: one seed. */
export const seeded = (seed: number) => new Random(seed);
