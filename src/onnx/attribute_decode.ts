import { isFieldSet } from '@bufbuild/protobuf';
import { UserError } from '../util/errors.js';
import { ATTRIBUTE_TYPE, attributeTypeName } from './attribute_types.js';
import type { Attribute } from './graph.js';
import { type AttributeProto, AttributeProtoSchema, type NodeProto } from './onnx_pb.js';
import { decodeTensor } from './tensor_decode.js';

const utf8 = new TextDecoder();

export interface DecodedAttributes {
  readonly attributes: ReadonlyMap<string, Attribute>;
  readonly floatAttributes: ReadonlySet<string>;
}

/**
 * Attributes of a node.
 *
 * @param directory where external data of tensor attributes lie
 * @param where names file and node in messages
 * @throws UserError on kinds that a Graph cannot hold (lists of tensors or graphs, sparse tensors, types)
 */
export function decodeAttributes(proto: NodeProto, directory: string, where: string): DecodedAttributes {
  const attributes = new Map<string, Attribute>();
  const floatAttributes = new Set<string>();
  for (const attribute of proto.attribute) {
    const type = typeOf(attribute);
    if (type === ATTRIBUTE_TYPE.float || type === ATTRIBUTE_TYPE.floats) floatAttributes.add(attribute.name);
    attributes.set(attribute.name, decodeAttribute(attribute, type, directory, where));
  }
  return { attributes, floatAttributes };
}

function decodeAttribute(proto: AttributeProto, type: number, directory: string, where: string): Attribute {
  const what = `${where}: attribute '${proto.name}'`;
  switch (type) {
    case ATTRIBUTE_TYPE.float:
      return proto.f;
    case ATTRIBUTE_TYPE.int:
      return Number(proto.i);
    case ATTRIBUTE_TYPE.string:
      return utf8.decode(proto.s);
    case ATTRIBUTE_TYPE.tensor:
      if (proto.t === undefined) throw new UserError(`${what} is a tensor, but has none`);
      return decodeTensor(proto.t, directory, what);
    case ATTRIBUTE_TYPE.graph:
      return { subgraph: proto.g };
    case ATTRIBUTE_TYPE.floats:
      return proto.floats;
    case ATTRIBUTE_TYPE.ints:
      return proto.ints.map(Number);
    case ATTRIBUTE_TYPE.strings:
      return proto.strings.map((text) => utf8.decode(text));
    default:
      throw new UserError(`${what} is of type ${attributeTypeName(type)}, which is not supported`);
  }
}

/** Files of IR version 1 have no types: the field that is set tells. */
function typeOf(proto: AttributeProto): number {
  if (proto.type !== ATTRIBUTE_TYPE.undefined) return proto.type;
  const { f, i, s, t, g } = AttributeProtoSchema.field;
  if (isFieldSet(proto, f)) return ATTRIBUTE_TYPE.float;
  if (isFieldSet(proto, i)) return ATTRIBUTE_TYPE.int;
  if (isFieldSet(proto, s)) return ATTRIBUTE_TYPE.string;
  if (isFieldSet(proto, t)) return ATTRIBUTE_TYPE.tensor;
  if (isFieldSet(proto, g)) return ATTRIBUTE_TYPE.graph;
  if (proto.floats.length > 0) return ATTRIBUTE_TYPE.floats;
  if (proto.strings.length > 0) return ATTRIBUTE_TYPE.strings;
  return ATTRIBUTE_TYPE.ints;
}
