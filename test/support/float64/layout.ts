import { build, element, type Tensor64 } from './tensor.js';

export function transpose(x: Tensor64, perm: readonly number[]): Tensor64 {
  return build(
    perm.map((axis) => x.shape[axis]),
    (index) =>
      element(
        x,
        x.shape.map((_, axis) => index[perm.indexOf(axis)]),
      ),
  );
}

export function concat(parts: readonly Tensor64[], axis: number): Tensor64 {
  const shape = parts[0].shape.map((size, at) => {
    return at === axis ? parts.reduce((total, part) => total + part.shape[axis], 0) : size;
  });
  return build(shape, (index) => {
    let part = 0;
    let offset = index[axis];
    while (offset >= parts[part].shape[axis]) offset -= parts[part++].shape[axis];
    return element(
      parts[part],
      index.map((i, at) => (at === axis ? offset : i)),
    );
  });
}

export function slice(
  x: Tensor64,
  starts: readonly number[],
  steps: readonly number[],
  shape: readonly number[],
) {
  return build(shape, (index) =>
    element(
      x,
      index.map((i, axis) => starts[axis] + i * steps[axis]),
    ),
  );
}

export function pad(
  x: Tensor64,
  begins: readonly number[],
  shape: readonly number[],
  mode: string,
  value: number,
) {
  return build(shape, (index) => {
    const from = index.map((i, axis) => i - begins[axis]);
    if (mode === 'constant' && from.some((i, axis) => i < 0 || i >= x.shape[axis])) return value;
    return element(
      x,
      from.map((i, axis) =>
        mode === 'edge' ? Math.min(Math.max(i, 0), x.shape[axis] - 1) : mirror(i, x.shape[axis]),
      ),
    );
  });
}

function mirror(i: number, size: number): number {
  if (i < 0) return -i;
  return i >= size ? 2 * (size - 1) - i : i;
}
