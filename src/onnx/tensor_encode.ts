import { create } from '@bufbuild/protobuf';
import { elementTypeCode } from './element_types.js';
import type { Tensor } from './graph.js';
import { type TensorProto, TensorProtoSchema } from './onnx_pb.js';

/** A TensorProto with the tensor's bytes as raw_data (not copied). */
export function encodeTensor(name: string, tensor: Tensor): TensorProto {
  const { data } = tensor;
  return create(TensorProtoSchema, {
    name,
    dims: tensor.shape.map(BigInt),
    dataType: elementTypeCode(tensor.type),
    rawData: new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength),
  });
}
