/** Row-major values in float64. */
export interface Tensor64 {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Every index of a shape, in row-major order. */
export function indicesOf(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (indices, size) => indices.flatMap((index) => Array.from({ length: size }, (_, i) => [...index, i])),
    [[]],
  );
}

/** The tensor whose element at each index is `at(index)`. */
export function build(shape: readonly number[], at: (index: readonly number[]) => number): Tensor64 {
  return { shape, data: Float64Array.from(indicesOf(shape), at) };
}

/** The element at an index; an axis of size 1 is repeated, missing leading axes too. */
export function element({ shape, data }: Tensor64, index: readonly number[]): number {
  let position = 0;
  shape.forEach((size, axis) => {
    position = position * size + (size === 1 ? 0 : index[axis + index.length - shape.length]);
  });
  return data[position];
}

export function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  const at = (shape: readonly number[], axis: number) => shape[axis - rank + shape.length] ?? 1;
  return Array.from({ length: rank }, (_, axis) => Math.max(at(a, axis), at(b, axis)));
}
