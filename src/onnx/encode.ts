import { create, toBinary } from '@bufbuild/protobuf';
import { writeAtomically } from '../util/files.js';
import { encodeAttributes } from './attribute_encode.js';
import { elementTypeCode } from './element_types.js';
import type { Graph, Node, ValueInfo } from './graph.js';
import {
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './onnx_pb.js';
import { lower, PRIVATE_DOMAIN } from './private_ops.js';
import { readNames } from './sort.js';
import { encodeTensor } from './tensor_encode.js';

/** Bytes of a model; what was unknown when it was decoded is written again. */
export function encodeModel(proto: ModelProto): Uint8Array {
  return toBinary(ModelProtoSchema, proto);
}

/** Writes a model to a file: whole or not at all. @throws UserError where it cannot be written */
export async function saveModel(proto: ModelProto, file: string): Promise<void> {
  await writeAtomically(file, encodeModel(proto));
}

/** A whole Graph, as the passes leave it, as the bytes of an ONNX model that onnxruntime runs. */
export function encodeGraph(graph: Graph): Uint8Array {
  const outputs = graph.outputs.map((info): ValueInfo => {
    return { ...info, type: graph.values.get(info.name)?.type ?? info.type };
  });
  return encodeModel(modelProto(graph, graph.nodes, graph.inputs, outputs, new Set(graph.constants.keys())));
}

/**
 * Some nodes of a graph as an ONNX model of their own, with the constants that they read.
 *
 * @param nodes in topological order
 * @param inputs values that the model takes; their types and shapes must be in `graph.values` (or be graph inputs)
 * @param outputs values that it returns; types from `graph.values` where known, else onnxruntime infers them
 */
export function encodeSegment(
  graph: Graph,
  nodes: readonly Node[],
  inputs: readonly string[],
  outputs: readonly string[],
): Uint8Array {
  const declared = new Map(graph.inputs.map((info) => [info.name, info]));
  const describe = (name: string): ValueInfo => {
    const value = graph.values.get(name) ?? declared.get(name);
    if (value === undefined) throw new TypeError(`the shape of '${name}' is not known yet`);
    return { ...value, name };
  };
  const given = new Set(inputs);
  const read = new Set(nodes.flatMap((node) => readNames(node)));
  for (const name of outputs) read.add(name);
  const constants = new Set([...read].filter((name) => graph.constants.has(name) && !given.has(name)));
  const results = outputs.map((name): ValueInfo | string => {
    const value = graph.values.get(name);
    return value === undefined ? name : { ...value, name };
  });
  return encodeModel(modelProto(graph, nodes, inputs.map(describe), results, constants));
}

function modelProto(
  graph: Graph,
  nodes: readonly Node[],
  inputs: readonly ValueInfo[],
  outputs: readonly (ValueInfo | string)[],
  constants: ReadonlySet<string>,
): ModelProto {
  const domains = [...graph.domains].filter(([domain]) => domain !== PRIVATE_DOMAIN);
  return create(ModelProtoSchema, {
    // Initializers need not be inputs from version 4 on.
    irVersion: BigInt(Math.max(graph.irVersion, 4)),
    producerName: 'approxtorch',
    opsetImport: [
      { domain: '', version: BigInt(graph.opset) },
      ...domains.map(([domain, version]) => ({ domain, version: BigInt(version) })),
    ],
    metadataProps: [...graph.metadata].map(([key, value]) => ({ key, value })),
    graph: {
      name: graph.name || 'graph',
      node: nodes.flatMap(lower).map(encodeNode),
      initializer: [...constants].map((name) => encodeTensor(name, graph.constants.get(name)!)),
      input: inputs.map(encodeValueInfo),
      output: outputs.map((output) => {
        return typeof output === 'string'
          ? create(ValueInfoProtoSchema, { name: output })
          : encodeOutput(output);
      }),
    },
  });
}

function encodeNode(node: Node): NodeProto {
  return create(NodeProtoSchema, {
    name: node.name,
    opType: node.op,
    domain: node.domain,
    input: [...node.inputs],
    output: [...node.outputs],
    attribute: encodeAttributes(node),
  });
}

/** An output's shape may be unknown, which a ValueInfo holds as []: no shape is written then. */
function encodeOutput(info: ValueInfo): ValueInfoProto {
  return info.shape.length > 0 ? encodeValueInfo(info) : valueInfoProto(info, undefined);
}

function encodeValueInfo(info: ValueInfo): ValueInfoProto {
  const dim = info.shape.map((size) => {
    if (typeof size === 'number') return { value: { case: 'dimValue' as const, value: BigInt(size) } };
    return size === '' ? {} : { value: { case: 'dimParam' as const, value: size } };
  });
  return valueInfoProto(info, { dim });
}

function valueInfoProto(info: ValueInfo, shape: { dim: object[] } | undefined): ValueInfoProto {
  return create(ValueInfoProtoSchema, {
    name: info.name,
    type: { value: { case: 'tensorType', value: { elemType: elementTypeCode(info.type), shape } } },
  });
}
