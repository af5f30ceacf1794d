import { lowerings } from './lower_graph.js';

/** Ops that nodes of an operator become where that is not one op of the operator's name; views are none. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  Cast: [],
  Dropout: [],
  Flatten: [],
  Identity: [],
  MatMul: ['MatMul', 'Gemm'],
  Reshape: [],
  Split: ['Slice'],
  Squeeze: [],
  Unsqueeze: [],
};

/** Ops of an approximate layer, besides those of its operator. */
const APPROXIMATE = ['LutConv', 'Quantize', 'Range'];

/** An ONNX operator that the engines run themselves. */
export interface NativeOperator {
  readonly operator: string;
  /** Ops of the plan that its nodes become; none where they only rename a value. */
  readonly ops: readonly string[];
  /** Those of a layer that computes with a multiplier; empty where it cannot. */
  readonly approximate: readonly string[];
}

export function nativeOperators(): NativeOperator[] {
  return [...lowerings.keys()].sort().map((operator) => ({
    operator,
    ops: OTHERS[operator] ?? [operator],
    approximate: ['Conv', 'Gemm', 'MatMul'].includes(operator) ? APPROXIMATE : [],
  }));
}
