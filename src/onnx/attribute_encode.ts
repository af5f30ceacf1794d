import { create } from '@bufbuild/protobuf';
import { ATTRIBUTE_TYPE } from './attribute_types.js';
import type { Attribute, Node } from './graph.js';
import { type AttributeProto, AttributeProtoSchema } from './onnx_pb.js';
import { encodeTensor } from './tensor_encode.js';

const INT64_MAX = 2n ** 63n - 1n;
const utf8 = new TextEncoder();

/** The node's attributes as AttributeProtos. Numbers are INT unless `floatAttributes` names them or they have a fraction. */
export function encodeAttributes(node: Pick<Node, 'attributes' | 'floatAttributes'>): AttributeProto[] {
  return [...node.attributes].map(([name, value]) =>
    create(AttributeProtoSchema, { name, ...fields(value, node.floatAttributes?.has(name) ?? false) }),
  );
}

function fields(value: Attribute, float: boolean) {
  if (typeof value === 'number') {
    return float || !Number.isInteger(value)
      ? { type: ATTRIBUTE_TYPE.float, f: value }
      : { type: ATTRIBUTE_TYPE.int, i: toInt64(value) };
  }
  if (typeof value === 'string') return { type: ATTRIBUTE_TYPE.string, s: utf8.encode(value) };
  if (Array.isArray(value)) return listFields(value, float);
  if ('subgraph' in value)
    return { type: ATTRIBUTE_TYPE.graph, g: value.subgraph as Uint8Array<ArrayBuffer> };
  if ('data' in value) return { type: ATTRIBUTE_TYPE.tensor, t: encodeTensor('', value) };
  throw new TypeError('unknown kind of attribute');
}

function listFields(values: readonly number[] | readonly string[], float: boolean) {
  if (values.length > 0 && typeof values[0] === 'string') {
    return {
      type: ATTRIBUTE_TYPE.strings,
      strings: (values as readonly string[]).map((text) => utf8.encode(text)),
    };
  }
  const numbers = values as readonly number[];
  return float || numbers.some((value) => !Number.isInteger(value))
    ? { type: ATTRIBUTE_TYPE.floats, floats: [...numbers] }
    : { type: ATTRIBUTE_TYPE.ints, ints: numbers.map(toInt64) };
}

/** Numbers hold 2^63 − 1 ("to the end" in Slice) as 2^63. */
function toInt64(value: number): bigint {
  const integer = BigInt(value);
  return integer > INT64_MAX ? INT64_MAX : integer;
}
