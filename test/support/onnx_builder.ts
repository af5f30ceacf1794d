import { create, toBinary } from '@bufbuild/protobuf';
import { encodeAttributes } from '../../src/onnx/attribute_encode.js';
import { elementTypeCode } from '../../src/onnx/element_types.js';
import type { Attribute, Dimension, ElementType, Tensor } from '../../src/onnx/graph.js';
import {
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from '../../src/onnx/onnx_pb.js';
import { encodeTensor } from '../../src/onnx/tensor_encode.js';

/**
 * Tiny ONNX models for tests:
 *
 *   const bytes = modelBytes({
 *     inputs: { x: ['N', 3, 8, 8] },                       // float32; or { type: 'int64', shape: [2] }
 *     initializers: { w: f32([4, 3, 3, 3], weights) },
 *     nodes: [node('Conv', ['x', 'w'], ['y'], { kernel_shape: [3, 3] }), node('LeakyRelu', ['y'], ['z'], { alpha: float(1) })],
 *     outputs: ['z'],                                      // float32 of unknown shape; or { z: [..] } as inputs
 *   });
 *   const { graph } = loadModel(bytes, { file: 'test.onnx' });
 */
export interface ModelDescription {
  readonly inputs: ValuesDescription;
  readonly outputs: ValuesDescription | readonly string[];
  readonly nodes: readonly NodeProto[];
  readonly initializers?: Readonly<Record<string, Tensor>>;
  /** Version of the standard operator set; 17 where absent. */
  readonly opset?: number;
  /** Versions of other domains. */
  readonly domains?: Readonly<Record<string, number>>;
  readonly irVersion?: number;
  readonly metadata?: Readonly<Record<string, string>>;
}

export type ValuesDescription = Readonly<
  Record<string, readonly Dimension[] | { readonly type: ElementType; readonly shape?: readonly Dimension[] }>
>;

/** An attribute that must be a FLOAT or FLOATS although its numbers are whole. */
export interface FloatAttribute {
  readonly float: number | readonly number[];
}
export const float = (value: number | readonly number[]): FloatAttribute => ({ float: value });

export type AttributesDescription = Readonly<Record<string, Attribute | FloatAttribute>>;

/** A node; `''` stands for an omitted input. Options: its name, its domain. */
export function node(
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: AttributesDescription = {},
  options: { readonly name?: string; readonly domain?: string } = {},
): NodeProto {
  const values = new Map<string, Attribute>();
  const floatAttributes = new Set<string>();
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'object' && 'float' in value) {
      floatAttributes.add(name);
      values.set(name, value.float);
    } else {
      values.set(name, value);
    }
  }
  return create(NodeProtoSchema, {
    opType: op,
    input: [...inputs],
    output: [...outputs],
    attribute: encodeAttributes({ attributes: values, floatAttributes }),
    ...options,
  });
}

/** A float32 tensor. Its data default to small reproducible values. */
export function f32(shape: readonly number[], data?: ArrayLike<number>): Tensor {
  const count = shape.reduce((a, b) => a * b, 1);
  return { type: 'float32', shape, data: Float32Array.from(data ?? ramp(count)) };
}

/** An int64 tensor; a list gives a vector. */
export function i64(values: readonly number[], shape: readonly number[] = [values.length]): Tensor {
  return { type: 'int64', shape, data: BigInt64Array.from(values.map(BigInt)) };
}

/** Reproducible values in (−1, 1), no two neighbours alike. */
export function ramp(count: number, seed = 1): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => Math.sin((i + 1) * 12.9898 * seed));
}

export function model(description: ModelDescription): ModelProto {
  const { opset = 17, domains = {}, initializers = {}, metadata = {} } = description;
  return create(ModelProtoSchema, {
    irVersion: BigInt(description.irVersion ?? 8),
    producerName: 'test',
    opsetImport: [
      { domain: '', version: BigInt(opset) },
      ...Object.entries(domains).map(([domain, version]) => ({ domain, version: BigInt(version) })),
    ],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name: 'test',
      node: [...description.nodes],
      initializer: Object.entries(initializers).map(([name, tensor]) => encodeTensor(name, tensor)),
      input: valueInfos(description.inputs),
      output: isNames(description.outputs)
        ? description.outputs.map((name) => valueInfo(name, { type: 'float32' }))
        : valueInfos(description.outputs),
    },
  });
}

export function modelBytes(description: ModelDescription): Uint8Array {
  return toBinary(ModelProtoSchema, model(description));
}

function isNames(outputs: ModelDescription['outputs']): outputs is readonly string[] {
  return Array.isArray(outputs);
}

function valueInfos(values: ValuesDescription): ValueInfoProto[] {
  return Object.entries(values).map(([name, value]) =>
    valueInfo(name, 'type' in value ? value : { type: 'float32', shape: value }),
  );
}

function valueInfo(name: string, value: { type: ElementType; shape?: readonly Dimension[] }): ValueInfoProto {
  const shape = value.shape && {
    dim: value.shape.map((size) => ({
      value:
        typeof size === 'number'
          ? { case: 'dimValue' as const, value: BigInt(size) }
          : { case: 'dimParam' as const, value: size },
    })),
  };
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: 'tensorType', value: { elemType: elementTypeCode(value.type), shape } } },
  });
}
