import { clone, toBinary } from '@bufbuild/protobuf';
import { type ModelProto, ModelProtoSchema, type NodeProto } from '../../src/onnx/onnx_pb.js';
import type { Random } from '../../src/util/random.js';

const SIZES = [
  0n,
  1n,
  2n,
  3n,
  4n,
  5n,
  7n,
  8n,
  100n,
  -1n,
  -2n,
  2n ** 31n - 1n,
  2n ** 31n,
  -(2n ** 63n),
  2n ** 62n,
];
const FLOATS = [0, -1, 1e-45, 3e38, Number.NaN, Number.POSITIVE_INFINITY];
/** AttributeProto.AttributeType.FLOAT */
const FLOAT_ATTRIBUTE = 1;
const OPS =
  'Conv Gemm MatMul Relu Clip Sigmoid Add Mul MaxPool AveragePool GlobalAveragePool Concat Split Slice Pad Flatten Reshape ' +
  'Squeeze Unsqueeze Transpose ReduceMean ReduceSum Softmax LRN Identity Dropout PRelu LeakyRelu BatchNormalization Erf';

/**
 * The bytes of a model with one or two faults that keep it a readable ONNX file: other attributes, sizes, weights,
 * operators and connections. They reach further than damaged bytes, which protobuf refuses.
 */
export function mutateModel(model: ModelProto, random: Random): Uint8Array {
  const mutant = clone(ModelProtoSchema, model);
  for (let faults = 1 + random.integer(2); faults > 0; faults--) mutateOnce(mutant, random);
  return toBinary(ModelProtoSchema, mutant);
}

function mutateOnce(model: ModelProto, random: Random): void {
  const graph = model.graph!;
  const pick = <T>(items: readonly T[]): T => items[random.integer(items.length)]!;
  const node = pick(graph.node);
  switch (random.integer(8)) {
    case 0:
    case 1:
      mutateAttribute(node, random);
      break;
    case 2: {
      const { dims } = pick(graph.initializer);
      if (dims.length > 0) dims[random.integer(dims.length)] = pick(SIZES);
      break;
    }
    case 3: {
      const { dims } = pick(graph.initializer);
      dims.reverse();
      break;
    }
    case 4: {
      const tensor = pick(graph.initializer);
      const data = Buffer.from(tensor.rawData);
      if (tensor.dataType === 7 && data.length >= 8)
        data.writeBigInt64LE(pick(SIZES), 8 * random.integer(data.length / 8));
      else if (data.length >= 4) data.writeFloatLE(pick(FLOATS), 4 * random.integer(data.length / 4));
      tensor.rawData = new Uint8Array(data);
      break;
    }
    case 5: {
      const names = [
        ...graph.node.flatMap(({ output }) => output),
        ...graph.initializer.map(({ name }) => name),
        '',
      ];
      if (node.input.length > 0) node.input[random.integer(node.input.length)] = pick(names);
      break;
    }
    case 6:
      node.opType = pick(OPS.split(' '));
      break;
    default: {
      const type = graph.input[0]!.type?.value;
      const dimensions = type?.case === 'tensorType' ? (type.value.shape?.dim ?? []) : [];
      if (dimensions.length > 0) pick(dimensions).value = { case: 'dimValue', value: pick(SIZES) };
    }
  }
}

function mutateAttribute(node: NodeProto, random: Random): void {
  const pick = <T>(items: readonly T[]): T => items[random.integer(items.length)]!;
  if (node.attribute.length === 0) return;
  const attribute = pick(node.attribute);
  if (attribute.ints.length === 0) {
    if (attribute.type === FLOAT_ATTRIBUTE) attribute.f = pick(FLOATS);
    else attribute.i = pick(SIZES);
  } else if (random.integer(4) === 0) attribute.ints.pop();
  else attribute.ints[random.integer(attribute.ints.length)] = pick(SIZES);
}
