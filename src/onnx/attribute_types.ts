/** AttributeProto.AttributeType of the ONNX format. */
export const ATTRIBUTE_TYPE = {
  undefined: 0,
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
} as const;

const OTHER_NAMES = ['tensors', 'graphs', 'sparse_tensor', 'sparse_tensors', 'type_proto', 'type_protos'];

/** Name of an attribute type, for messages. */
export function attributeTypeName(type: number): string {
  const known = Object.entries(ATTRIBUTE_TYPE).find(([, code]) => code === type);
  return known?.[0] ?? OTHER_NAMES[type - 9] ?? `number ${type}`;
}
