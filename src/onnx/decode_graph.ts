import { UserError } from '../util/errors.js';
import { decodeAttributes } from './attribute_decode.js';
import { constantOf } from './constant_node.js';
import { elementTypeName, elementTypeOf } from './element_types.js';
import type { Dimension, Graph, Node, Tensor, ValueInfo } from './graph.js';
import type { GraphProto, ModelProto, NodeProto, ValueInfoProto } from './onnx_pb.js';
import { topologicalOrder } from './sort.js';
import { decodeTensor, MAX_ELEMENTS } from './tensor_decode.js';

interface DecodeOptions {
  readonly file: string;
  readonly directory: string;
  readonly opset: number;
}

/**
 * The Graph of a ModelProto: constants from initializers and Constant nodes, unique node names, nodes sorted.
 *
 * @throws UserError naming the file and the node or tensor
 */
export function decodeGraph(model: ModelProto, proto: GraphProto, options: DecodeOptions): Graph {
  const { file } = options;
  if (proto.sparseInitializer.length > 0) {
    throw new UserError(`${file}: sparse initializers are not supported; save the model with dense ones`);
  }
  const constants = decodeInitializers(proto, options);
  const unsorted = decodeNodes(proto, options, constants);
  const inputs = proto.input
    .filter(({ name }) => !constants.has(name))
    .map((info) => decodeValueInfo(info, `${file}: input '${info.name}'`, true));
  const available = new Set([...constants.keys(), ...inputs.map(({ name }) => name)]);
  const nodes = topologicalOrder(unsorted, available, file);
  const produced = new Set(nodes.flatMap(({ outputs }) => outputs));
  const outputs = proto.output.map((info) => decodeValueInfo(info, `${file}: output '${info.name}'`, false));
  if (outputs.length === 0)
    throw new UserError(`${file}: the graph has no output; it is no usable ONNX model`);
  for (const { name } of outputs) {
    if (name === '' || !(produced.has(name) || available.has(name))) {
      throw new UserError(`${file}: nothing produces the output '${name}'`);
    }
  }
  const domains = model.opsetImport.filter(({ domain }) => domain !== '' && domain !== 'ai.onnx');
  return {
    name: proto.name,
    opset: options.opset,
    domains: new Map(domains.map(({ domain, version }) => [domain, Number(version)])),
    irVersion: Number(model.irVersion),
    inputs,
    outputs,
    nodes,
    constants,
    values: new Map(),
    metadata: new Map(model.metadataProps.map(({ key, value }) => [key, value])),
  };
}

function decodeInitializers(proto: GraphProto, { file, directory }: DecodeOptions): Map<string, Tensor> {
  const constants = new Map<string, Tensor>();
  for (const tensor of proto.initializer) {
    if (tensor.name === '') throw new UserError(`${file}: an initializer has no name`);
    if (constants.has(tensor.name))
      throw new UserError(`${file}: two initializers are named '${tensor.name}'`);
    constants.set(tensor.name, decodeTensor(tensor, directory, `${file}: initializer '${tensor.name}'`));
  }
  return constants;
}

/** Nodes in file order; Constant nodes go to `constants` instead. */
function decodeNodes(proto: GraphProto, options: DecodeOptions, constants: Map<string, Tensor>): Node[] {
  const { file, directory } = options;
  const names = uniqueNames(proto.node);
  const nodes: Node[] = [];
  for (const [index, nodeProto] of proto.node.entries()) {
    const name = names[index]!;
    const where = `${file}: node ${name} (${nodeProto.opType})`;
    const node: Node = {
      name,
      op: nodeProto.opType,
      domain: nodeProto.domain === 'ai.onnx' ? '' : nodeProto.domain,
      inputs: nodeProto.input,
      outputs: nodeProto.output,
      ...decodeAttributes(nodeProto, directory, where),
    };
    if (node.op === 'Constant' && node.domain === '') {
      const output = node.outputs[0] ?? '';
      if (constants.has(output))
        throw new UserError(`${where} writes '${output}', which already has a value`);
      constants.set(output, constantOf(node, where));
    } else {
      nodes.push(node);
    }
  }
  return nodes;
}

/** Names as in the file where they are unique; else `Op_index`, or a name with a number appended. */
function uniqueNames(protos: readonly NodeProto[]): string[] {
  const taken = new Set<string>(protos.map(({ name }) => name));
  const used = new Set<string>();
  return protos.map(({ name, opType }, index) => {
    let unique = name === '' ? `${opType}_${index}` : name;
    if (name === '' ? taken.has(unique) : used.has(unique)) {
      const base = unique;
      let number = 2;
      while (taken.has(`${base}_${number}`) || used.has(`${base}_${number}`)) number++;
      unique = `${base}_${number}`;
    }
    used.add(unique);
    return unique;
  });
}

function decodeValueInfo(proto: ValueInfoProto, where: string, isInput: boolean): ValueInfo {
  const kind = proto.type?.value;
  if (kind?.case !== 'tensorType') {
    // Exporters may leave an output's type to inference; encodeGraph takes it from the inferred values then.
    if (!isInput && proto.type === undefined) return { name: proto.name, type: 'float32', shape: [] };
    throw new UserError(`${where} is no tensor; sequences, maps and optionals are not supported`);
  }
  const code = kind.value.elemType;
  const type = elementTypeOf(code);
  if (type === undefined) {
    throw new UserError(`${where} is of element type ${elementTypeName(code)}, which is not supported`);
  }
  if (kind.value.shape === undefined && isInput) {
    throw new UserError(`${where} has no declared shape, not even a rank; export the model with one`);
  }
  const shape = (kind.value.shape?.dim ?? []).map(({ value }): Dimension => {
    if (value.case !== 'dimValue') return value.value ?? '';
    const size = Number(value.value);
    if (size > MAX_ELEMENTS) throw new UserError(`${where} has the impossible dimension ${size}`);
    // Some exporters write 0 or −1 for "any size".
    return size <= 0 ? '' : size;
  });
  return { name: proto.name, type, shape };
}
