import { type Lifetime, planArena } from './arena.js';
import type { Plan, PlanAttribute, PlanOp, PlanTensor, PlanTensorType, TensorId } from './plan.js';

type ConstantData = Float32Array | Uint8Array | Int32Array;

interface Draft {
  readonly type: PlanTensorType;
  readonly shape: readonly number[];
  readonly name: string;
  readonly data?: ConstantData;
  /** The tensor whose memory this one is; itself unless it is a view. */
  readonly root: TensorId;
}

/** Ops whose first output may take the memory of their first input: they read each element before they write it. */
const IN_PLACE = new Set([
  'Relu',
  'Sigmoid',
  'Tanh',
  'HardSwish',
  'HardSigmoid',
  'LeakyRelu',
  'Elu',
  'Clip',
  'Add',
  'Sub',
  'Mul',
  'Div',
  'Dropout',
  'Expand',
  'ActivationGradient',
  'LeakyReluGradient',
  'EluGradient',
  'HardSigmoidGradient',
  'HardSwishGradient',
  'SigmoidGradient',
  'TanhGradient',
  'PReluGradient',
  'MaxPoolGradient',
  'AveragePoolGradient',
  'GlobalMaxPoolGradient',
  'SoftmaxGradient',
  'LogSoftmaxGradient',
  'LRNGradient',
  'BatchNormalizationGradient',
  'BatchNormalizationTrainingGradient',
]);

/** Collects tensors and ops, then decides where the tensors lie. */
export class PlanBuilder {
  readonly #tensors: Draft[] = [];
  readonly #ops: PlanOp[] = [];
  readonly #states: TensorId[] = [];

  /** A tensor in the arena. */
  tensor(type: PlanTensorType, shape: readonly number[], name: string): TensorId {
    return this.#add({ type, shape, name, root: this.#tensors.length });
  }

  /** An f32 tensor whose values outlast a run; its place in `Plan.states` is that of the call. */
  state(shape: readonly number[], name: string): TensorId {
    const id = this.tensor('f32', shape, name);
    this.#states.push(id);
    return id;
  }

  /** A tensor with fixed contents. */
  constant(data: ConstantData, shape: readonly number[], name: string): TensorId {
    const type = data instanceof Float32Array ? 'f32' : data instanceof Uint8Array ? 'u8' : 'i32';
    return this.#add({ type, shape, name, data, root: this.#tensors.length });
  }

  /** The same memory under another shape of the same size. */
  view(id: TensorId, shape: readonly number[], name: string): TensorId {
    const source = this.#tensors[id];
    if (elements(source.shape) !== elements(shape)) {
      throw new Error(`view of ${source.name}: [${source.shape}] is not the size of [${shape}]`);
    }
    return this.#add({ ...source, shape, name });
  }

  /** The ops so far, in their order. */
  get ops(): readonly PlanOp[] {
    return this.#ops;
  }

  /** The tensor that a view shows; other tensors themselves. */
  root(id: TensorId): TensorId {
    return this.#tensors[id].root;
  }

  name(id: TensorId): string {
    return this.#tensors[id].name;
  }

  shape(id: TensorId): readonly number[] {
    return this.#tensors[id].shape;
  }

  /** Number of elements. */
  size(id: TensorId): number {
    return elements(this.#tensors[id].shape);
  }

  /** Contents of a constant tensor, undefined for others. */
  data(id: TensorId): ConstantData | undefined {
    return this.#tensors[id].data;
  }

  op(
    type: string,
    name: string,
    inputs: readonly TensorId[],
    outputs: readonly TensorId[],
    attributes: Readonly<Record<string, PlanAttribute>> = {},
  ): void {
    this.#ops.push({ type, name, inputs, outputs, attributes });
  }

  /** Closes the plan: `inputs` are filled before the first op, `outputs` read after the last. */
  finish(inputs: readonly TensorId[], outputs: readonly TensorId[], luts: number): Plan {
    const storage = this.#mergeInPlace(inputs, outputs);
    const { lives, blockOf } = this.#lifetimes(storage, inputs, outputs);
    const { offsets, bytes } = planArena(lives);
    const tensors = this.#tensors.map((draft, id): PlanTensor => {
      const root = storage[id];
      const data = this.#tensors[root].data;
      return {
        type: draft.type,
        shape: draft.shape,
        name: draft.name,
        storage: data === undefined ? { arena: offsets[blockOf.get(root) ?? 0] ?? 0 } : { data },
      };
    });
    return { tensors, ops: this.#ops, arenaBytes: bytes, inputs, outputs, states: this.#states, luts };
  }

  #add(draft: Draft): TensorId {
    this.#tensors.push(draft);
    return this.#tensors.length - 1;
  }

  /** The tensor in whose memory each tensor lies, after letting elementwise ops overwrite a dying input. */
  #mergeInPlace(inputs: readonly TensorId[], outputs: readonly TensorId[]): TensorId[] {
    const storage = this.#tensors.map((draft) => draft.root);
    const lastUse = new Map<TensorId, number>();
    this.#ops.forEach((op, index) => {
      for (const id of op.inputs) if (id >= 0) lastUse.set(storage[id], index);
    });
    for (const id of [...inputs, ...outputs, ...this.#states])
      lastUse.set(storage[id], Number.POSITIVE_INFINITY);
    this.#ops.forEach((op, index) => {
      if (!IN_PLACE.has(op.type)) return;
      const from = storage[op.inputs[0]];
      const to = storage[op.outputs[0]];
      const source = this.#tensors[from];
      const target = this.#tensors[to];
      const sameSize = elements(source.shape) === elements(target.shape) && source.type === target.type;
      const others = op.inputs.slice(1).some((id) => id >= 0 && storage[id] === from);
      if (source.data !== undefined || !sameSize || others || lastUse.get(from) !== index) return;
      const end = Math.max(lastUse.get(to) ?? index, index);
      for (let id = 0; id < storage.length; id++) if (storage[id] === to) storage[id] = from;
      lastUse.set(from, end);
    });
    return storage;
  }

  #lifetimes(storage: readonly TensorId[], inputs: readonly TensorId[], outputs: readonly TensorId[]) {
    const first = new Map<TensorId, number>();
    const last = new Map<TensorId, number>();
    const touch = (id: TensorId, at: number) => {
      if (id < 0 || this.#tensors[id].data !== undefined) return;
      const root = storage[id];
      first.set(root, Math.min(first.get(root) ?? at, at));
      last.set(root, Math.max(last.get(root) ?? at, at));
    };
    for (const id of [...inputs, ...this.#states]) touch(id, 0);
    this.#ops.forEach((op, index) => {
      for (const id of [...op.inputs, ...op.outputs]) touch(id, index);
    });
    for (const id of [...outputs, ...this.#states]) touch(id, this.#ops.length);
    const blockOf = new Map<TensorId, number>();
    const lives: Lifetime[] = [];
    for (const [root, start] of first) {
      blockOf.set(root, lives.length);
      lives.push({ bytes: byteSize(this.#tensors[root]), first: start, last: last.get(root) ?? start });
    }
    return { lives, blockOf };
  }
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}

function byteSize(draft: Draft): number {
  return elements(draft.shape) * (draft.type === 'u8' ? 1 : 4);
}
