/** Element types that a Graph can hold, by their ONNX names. */
export type ElementType =
  | 'float32'
  | 'float64'
  | 'float16'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'bool'
  | 'string';

export type TensorData =
  | Float32Array
  | Float64Array
  | Uint16Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** A constant tensor. float16 data are raw bits in a Uint16Array, bool is a Uint8Array of 0 and 1. */
export interface Tensor {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** A dimension is a number, or the name of a symbolic one ('' = unknown). */
export type Dimension = number | string;

export interface ValueInfo {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly Dimension[];
}

/** int attributes are numbers (exact up to 2^53), ints are number arrays. */
export type Attribute = number | string | Tensor | readonly number[] | readonly string[] | SubgraphAttribute;

/** A nested graph (If, Loop, Scan): kept as encoded bytes, never looked into. */
export interface SubgraphAttribute {
  readonly subgraph: Uint8Array;
}

export interface Node {
  /** Unique in the graph; nodes without a name get `Op_index`. */
  readonly name: string;
  readonly op: string;
  /** '' is the ONNX standard domain. */
  readonly domain: string;
  /** '' marks an omitted optional input. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
  /** Attributes of ONNX type FLOAT or FLOATS: the numbers alone do not tell (`alpha = 1`). Absent: none is. */
  readonly floatAttributes?: ReadonlySet<string>;
}

/**
 * An ONNX model as the passes see it: immutable, nodes in topological order, initializers and
 * Constant nodes both in `constants`.
 */
export interface Graph {
  readonly name: string;
  /** Version of the standard operator set; `domains` has those of other domains. */
  readonly opset: number;
  readonly domains: ReadonlyMap<string, number>;
  readonly irVersion: number;
  /** Inputs that are not initializers. */
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly nodes: readonly Node[];
  readonly constants: ReadonlyMap<string, Tensor>;
  /** Types and fully known shapes, filled by the shape inference pass; absent names are unknown. */
  readonly values: ReadonlyMap<string, { readonly type: ElementType; readonly shape: readonly number[] }>;
  readonly metadata: ReadonlyMap<string, string>;
}
