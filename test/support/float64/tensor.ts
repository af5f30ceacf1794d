/** Row-major values in float64. */
export interface Tensor64 {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Every index of a shape, in row-major order. */
export function indicesOf(shape: readonly number[]): number[][] {
  return Array.from({ length: sizeOf(shape) }, (_, position) => indexAt(position, shape));
}

function indexAt(position: number, shape: readonly number[]): number[] {
  const index = new Array<number>(shape.length);
  let rest = position;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis] = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
  }
  return index;
}

/** The tensor whose element at each index is `at(index)`. */
export function build(shape: readonly number[], at: (index: readonly number[]) => number): Tensor64 {
  const data = new Float64Array(sizeOf(shape));
  for (let position = 0; position < data.length; position++) data[position] = at(indexAt(position, shape));
  return { shape, data };
}

/** The element at an index; an axis of size 1 is repeated, missing leading axes too. */
export function element({ shape, data }: Tensor64, index: readonly number[]): number {
  const leading = index.length - shape.length;
  let position = 0;
  for (let axis = 0; axis < shape.length; axis++) {
    const size = shape[axis]!;
    if (size !== 1) position = position * size + index[axis + leading]!;
  }
  return data[position]!;
}

export function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  const at = (shape: readonly number[], axis: number) => shape[axis - rank + shape.length] ?? 1;
  return Array.from({ length: rank }, (_, axis) => Math.max(at(a, axis), at(b, axis)));
}
