import { build, element, indicesOf, type Tensor64 } from './tensor.js';

/** f over the elements along some axes, which stay as axes of 1. */
export function along(x: Tensor64, axes: readonly number[], f: (values: number[]) => number): Tensor64 {
  const shape = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const inner = indicesOf(x.shape.map((size, axis) => (axes.includes(axis) ? size : 1)));
  return build(shape, (index) =>
    f(
      inner.map((offset) =>
        element(
          x,
          index.map((i, axis) => i + offset[axis]),
        ),
      ),
    ),
  );
}

export const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
export const mean = (values: readonly number[]): number => sum(values) / values.length;
export const variance = (values: readonly number[]): number => {
  const center = mean(values);
  return mean(values.map((value) => (value - center) ** 2));
};

export function logSoftmax(x: Tensor64, axis: number): Tensor64 {
  const total = along(x, [axis], (values) => Math.log(sum(values.map(Math.exp))));
  return build(x.shape, (index) => element(x, index) - element(total, index));
}

/** y = x / (bias + alpha / size · Σ x²)^beta over `size` neighbouring channels. */
export function lrn(x: Tensor64, size: number, alpha: number, beta: number, bias: number): Tensor64 {
  return build(x.shape, ([n, c, ...rest]) => {
    let squares = 0;
    const first = Math.max(0, c - Math.floor((size - 1) / 2));
    const last = Math.min(x.shape[1] - 1, c + Math.ceil((size - 1) / 2));
    for (let other = first; other <= last; other++) squares += element(x, [n, other, ...rest]) ** 2;
    return element(x, [n, c, ...rest]) / (bias + (alpha / size) * squares) ** beta;
  });
}
