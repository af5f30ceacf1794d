import { intAttribute } from '../attributes.js';
import type { ValueType } from '../context.js';
import { allocate } from '../element_types.js';
import type { ElementType, Tensor } from '../graph.js';
import { reduceParameters } from '../parameters/axes.js';
import { allConstant, broadcastStrides, type Evaluator, stridedIndices, stridesOf } from './evaluator.js';

/**
 * A tensor from numbers; undefined where they are no values of the type (a division by zero, an int64 beyond 2^53):
 * onnxruntime decides then.
 */
function tensorOf(output: ValueType, values: readonly number[]): Tensor | undefined {
  const { type } = output;
  if (isInteger(type) && !values.every(Number.isSafeInteger)) return undefined;
  const data = allocate(type, values.length);
  const wide = type === 'int64' || type === 'uint64';
  for (let i = 0; i < values.length; i++) {
    data[i] = wide ? BigInt(values[i]!) : values[i]!;
    // Wrapped: out of the type's range.
    if (isInteger(type) && Number(data[i]) !== values[i]) return undefined;
  }
  return { ...output, data };
}

const isInteger = (type: ElementType): boolean => !type.startsWith('float') && type !== 'bool';

/** Whether numbers hold its values exactly. */
function isExact({ type, data }: Tensor): boolean {
  if (type === 'float16') return false;
  const wide = data instanceof BigInt64Array || data instanceof BigUint64Array;
  return !wide || data.every((value: bigint) => Number.isSafeInteger(Number(value)));
}

const elementwise =
  (compute: (args: readonly number[], type: ElementType) => number): Evaluator =>
  (ctx, output) => {
    const inputs = allConstant(ctx);
    if (inputs === undefined || inputs.some((tensor) => !isExact(tensor))) return undefined;
    const type = inputs[inputs.length - 1]!.type;
    const sources = inputs.map(({ shape }) =>
      stridedIndices(output.shape, broadcastStrides(shape, output.shape)),
    );
    const count = output.shape.reduce((a, b) => a * b, 1);
    const values = Array.from({ length: count }, (_, i) =>
      compute(
        inputs.map((tensor, k) => Number(tensor.data[sources[k]![i]!])),
        type,
      ),
    );
    return tensorOf(output, values);
  };

const binary = (compute: (a: number, b: number, type: ElementType) => number): Evaluator =>
  elementwise(([a, b], type) => compute(a!, b!, type));

const unary = (compute: (a: number) => number): Evaluator => elementwise(([a]) => compute(a!));

const divide = (a: number, b: number, type: ElementType): number =>
  isInteger(type) ? Math.trunc(a / b) : a / b;

/** fmod = 0 (the default, integers): the sign of the divisor, as Python's %. */
const mod: Evaluator = (ctx, output) => {
  const truncated = intAttribute(ctx.node, 'fmod', 0) !== 0;
  return binary((a, b) => (truncated ? a % b : a - b * Math.floor(a / b)))(ctx, output);
};

const cast: Evaluator = (ctx, output) => {
  const x = ctx.constants[0];
  if (x === undefined || !isExact(x)) return undefined;
  const convert = (value: number): number => {
    if (output.type === 'bool') return value === 0 ? 0 : 1;
    return isInteger(output.type) ? Math.trunc(value) : value;
  };
  return tensorOf(
    output,
    Array.from(x.data as ArrayLike<number | bigint>, (value) => convert(Number(value))),
  );
};

const reduce =
  (compute: (a: number, b: number) => number): Evaluator =>
  (ctx, output) => {
    const x = ctx.constants[0];
    const parameters = reduceParameters(ctx);
    // Float sums depend on their order.
    if (x === undefined || parameters === undefined || !isInteger(x.type) || !isExact(x)) return undefined;
    const strides = stridesOf(x.shape);
    const { axes } = parameters;
    const kept = x.shape.flatMap((size, axis) =>
      axes.includes(axis) ? [] : [{ size, stride: strides[axis]! }],
    );
    const removed = axes.map((axis) => ({ size: x.shape[axis]!, stride: strides[axis]! }));
    const starts = indicesOf(kept);
    const steps = indicesOf(removed);
    if (steps.length === 0) return undefined;
    const values = Array.from(starts, (start) =>
      Array.from(steps, (step) => Number(x.data[start + step])).reduce(compute),
    );
    return tensorOf(output, values);
  };

function indicesOf(axes: readonly { size: number; stride: number }[]): Int32Array {
  return stridedIndices(
    axes.map(({ size }) => size),
    axes.map(({ stride }) => stride),
  );
}

/** Arithmetic as far as shapes are computed with it. */
export const ARITHMETIC: ReadonlyMap<string, Evaluator> = new Map([
  ['Add', binary((a, b) => a + b)],
  ['Sub', binary((a, b) => a - b)],
  ['Mul', binary((a, b) => a * b)],
  ['Div', binary(divide)],
  ['Mod', mod],
  ['Min', elementwise((args) => Math.min(...args))],
  ['Max', elementwise((args) => Math.max(...args))],
  ['Equal', binary((a, b) => Number(a === b))],
  ['Less', binary((a, b) => Number(a < b))],
  ['LessOrEqual', binary((a, b) => Number(a <= b))],
  ['Greater', binary((a, b) => Number(a > b))],
  ['GreaterOrEqual', binary((a, b) => Number(a >= b))],
  ['And', binary((a, b) => Number(a !== 0 && b !== 0))],
  ['Or', binary((a, b) => Number(a !== 0 || b !== 0))],
  ['Not', unary((a) => Number(a === 0))],
  ['Where', elementwise(([condition, a, b]) => (condition !== 0 ? a! : b!))],
  ['Neg', unary((a) => -a)],
  ['Abs', unary(Math.abs)],
  ['Floor', unary(Math.floor)],
  ['Ceil', unary(Math.ceil)],
  ['Sqrt', unary(Math.sqrt)],
  ['Cast', cast],
  ['ReduceProd', reduce((a, b) => a * b)],
  ['ReduceSum', reduce((a, b) => a + b)],
  ['ReduceMax', reduce((a, b) => Math.max(a, b))],
  ['ReduceMin', reduce((a, b) => Math.min(a, b))],
]);
