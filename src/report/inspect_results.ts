/** One node of a model, as `approxtorch inspect` shows it. */
export interface InspectNode {
  readonly name: string;
  readonly op: string;
  /** e.g. '3×3 s2 g32'; '' where the op says all. */
  readonly kind: string;
  /** Of the first input and the first output; null where unknown. */
  readonly inputShape: readonly (number | string)[] | null;
  readonly outputShape: readonly (number | string)[] | null;
  /** Multiply-accumulates per sample; 0 for ops without, null where the shape is unknown. */
  readonly macs: number | null;
  /** Elements of its constant inputs. */
  readonly parameters: number;
  /** Whether a multiplier would do its multiplications. */
  readonly approximable: boolean;
  /** Why not, for Conv, Gemm and MatMul; null for all others. */
  readonly reason: string | null;
  readonly engine: 'native' | 'onnxruntime';
}

export interface InspectValue {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly (number | string)[];
}

/** How a model was retrained, as it says itself. */
export interface Retraining {
  /** null: in float32, without one. */
  readonly multiplier: {
    readonly name: string;
    readonly sha256: string;
    readonly activation: string;
    readonly weight: string;
  } | null;
  /** null without a multiplier. */
  readonly quantization: {
    readonly qmethod: string;
    readonly activationBits: number;
    readonly weightBits: number;
  } | null;
  readonly gradient: string;
  readonly batchNorm: string;
  readonly epochs: number;
  readonly seed: number;
  readonly dataset: { readonly spec: string; readonly name: string; readonly split: string };
}

/** The one document of `approxtorch inspect --format json`. */
export interface InspectReport {
  readonly schemaVersion: 1;
  readonly command: 'inspect';
  readonly version: string;
  readonly model: {
    readonly file: string;
    readonly sha256: string;
    readonly opset: number;
    readonly irVersion: number;
    readonly parameters: number;
    readonly macs: number;
    readonly inputs: readonly InspectValue[];
    readonly outputs: readonly InspectValue[];
    /** Without the entry that `retrained` stands for. */
    readonly metadata: Readonly<Record<string, string>>;
    readonly retrained: Retraining | null;
  };
  readonly nodes: readonly InspectNode[];
  readonly warnings: readonly string[];
}
