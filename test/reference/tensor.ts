/** Tensors of the slow reference: row-major values and their shape. Integers and booleans are held as doubles. */
export interface Tensor {
  readonly type: 'float32' | 'int64';
  readonly dims: readonly number[];
  readonly data: Float32Array | Float64Array;
}

export function sizeOf(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

export function floats(dims: readonly number[], data?: ArrayLike<number>): Tensor {
  const values = data === undefined ? new Float32Array(sizeOf(dims)) : Float32Array.from(data);
  if (values.length !== sizeOf(dims)) throw new Error(`${values.length} values for the shape [${dims}]`);
  return { type: 'float32', dims, data: values };
}

export function integers(dims: readonly number[], data: ArrayLike<number>): Tensor {
  if (data.length !== sizeOf(dims)) throw new Error(`${data.length} values for the shape [${dims}]`);
  return { type: 'int64', dims, data: Float64Array.from(data) };
}

/** An empty tensor of the same element type. */
export function like(tensor: Tensor, dims: readonly number[]): Tensor {
  const size = sizeOf(dims);
  return {
    type: tensor.type,
    dims,
    data: tensor.type === 'float32' ? new Float32Array(size) : new Float64Array(size),
  };
}

/** Row-major strides. */
export function stridesOf(dims: readonly number[]): number[] {
  const strides = new Array<number>(dims.length).fill(1);
  for (let i = dims.length - 2; i >= 0; i--) strides[i] = strides[i + 1]! * dims[i + 1]!;
  return strides;
}

/** The multi-index of flat position `flat`. */
export function indexAt(flat: number, dims: readonly number[]): number[] {
  const index = new Array<number>(dims.length);
  for (let i = dims.length - 1; i >= 0; i--) {
    index[i] = flat % dims[i]!;
    flat = Math.floor(flat / dims[i]!);
  }
  return index;
}
