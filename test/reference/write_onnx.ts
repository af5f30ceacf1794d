/** Writes small ONNX models (opset 13, float32) for the synthetic goldens; field numbers as in onnx.proto3. */
import { bytesField, floatField, integerField } from './write_protobuf.js';

/** Integers that are written as floats (alpha, epsilon) are given as `{ float: … }`. */
export type AttributeValue = number | readonly number[] | string | { readonly float: number };

export interface NodeSpec {
  readonly op: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

export interface InitializerSpec {
  readonly name: string;
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** AttributeProto types: FLOAT 1, INT 2, STRING 3, INTS 7. */
function attribute(name: string, value: AttributeValue): Buffer {
  const head = bytesField(1, name);
  if (typeof value === 'number') return Buffer.concat([head, integerField(3, value), integerField(20, 2)]);
  if (typeof value === 'string') return Buffer.concat([head, bytesField(4, value), integerField(20, 3)]);
  if ('float' in value) return Buffer.concat([head, floatField(2, value.float), integerField(20, 1)]);
  return Buffer.concat([head, ...value.map((item) => integerField(8, item)), integerField(20, 7)]);
}

function node(spec: NodeSpec): Buffer {
  return Buffer.concat([
    ...spec.inputs.map((name) => bytesField(1, name)),
    bytesField(2, spec.output),
    bytesField(3, spec.name),
    bytesField(4, spec.op),
    ...Object.entries(spec.attributes ?? {}).map(([name, value]) => bytesField(5, attribute(name, value))),
  ]);
}

function initializer({ name, dims, data }: InitializerSpec): Buffer {
  return Buffer.concat([
    ...dims.map((dim) => integerField(1, dim)),
    integerField(2, 1),
    bytesField(8, name),
    bytesField(9, Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
  ]);
}

/** A float32 tensor; 0 is the free batch dimension N. */
function valueInfo(name: string, dims: readonly number[]): Buffer {
  const shape = dims.map((dim) => bytesField(1, dim === 0 ? bytesField(2, 'N') : integerField(1, dim)));
  const tensorType = Buffer.concat([integerField(1, 1), bytesField(2, Buffer.concat(shape))]);
  return Buffer.concat([bytesField(1, name), bytesField(2, bytesField(1, tensorType))]);
}

export function writeModel(
  nodes: readonly NodeSpec[],
  initializers: readonly InitializerSpec[],
  input: { readonly name: string; readonly dims: readonly number[] },
  output: { readonly name: string; readonly dims: readonly number[] },
): Buffer {
  const graph = Buffer.concat([
    ...nodes.map((spec) => bytesField(1, node(spec))),
    bytesField(2, 'synthetic'),
    ...initializers.map((spec) => bytesField(5, initializer(spec))),
    bytesField(11, valueInfo(input.name, input.dims)),
    bytesField(12, valueInfo(output.name, output.dims)),
  ]);
  const opset = Buffer.concat([bytesField(1, ''), integerField(2, 13)]);
  return Buffer.concat([
    integerField(1, 7),
    bytesField(2, 'reference'),
    bytesField(7, graph),
    bytesField(8, opset),
  ]);
}
