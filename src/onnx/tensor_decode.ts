import { UserError } from '../util/errors.js';
import { bfloat16ToFloat32 } from './bfloat16.js';
import {
  allocate,
  BFLOAT16_CODE,
  elementBytes,
  elementTypeName,
  elementTypeOf,
  viewBytes,
} from './element_types.js';
import { readExternalData } from './external_data.js';
import type { ElementType, Tensor, TensorData } from './graph.js';
import type { TensorProto } from './onnx_pb.js';

/** A tensor with more elements than this is refused: no index of it would fit 32 bits. */
export const MAX_ELEMENTS = 2 ** 31 - 1;

/** Tensors of a higher rank are malformed. */
const MAX_RANK = 64;

/** TensorProto.DataLocation of a tensor whose bytes lie in another file. */
export const EXTERNAL = 1;

/**
 * A TensorProto as a Tensor. raw_data are viewed where aligned, not copied; bfloat16 becomes float32.
 *
 * @param directory where external data lie; undefined: external data are an error
 * @param where names file and tensor in messages
 * @throws UserError where type, shape and data do not fit together
 */
export function decodeTensor(proto: TensorProto, directory: string | undefined, where: string): Tensor {
  const isBfloat16 = proto.dataType === BFLOAT16_CODE;
  const type = isBfloat16 ? 'float32' : elementTypeOf(proto.dataType);
  if (type === undefined || type === 'string') {
    throw new UserError(
      `${where}: tensors of element type ${elementTypeName(proto.dataType)} are not supported`,
    );
  }
  const shape = proto.dims.map(Number);
  const count = elementCount(shape, where);
  const stored: ElementType = isBfloat16 ? 'uint16' : type;
  const data = readData(proto, stored, count, directory, where);
  return {
    type,
    shape,
    data: isBfloat16 ? bfloat16ToFloat32(data as Uint16Array) : data,
  };
}

/** Product of the dimensions. @throws UserError where one is negative or no integer, or there are too many elements */
export function elementCount(shape: readonly number[], where: string): number {
  if (shape.length > MAX_RANK)
    throw new UserError(`${where}: it has ${shape.length} dimensions, more than ${MAX_RANK}`);
  let count = 1;
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0) {
      throw new UserError(`${where}: its shape [${shape}] has the impossible dimension ${size}`);
    }
    count *= size;
  }
  // A zero elsewhere must not hide sizes that overflow.
  const largest = shape.reduce((product, size) => product * Math.max(size, 1), 1);
  if (largest > MAX_ELEMENTS) {
    throw new UserError(`${where}: its shape [${shape}] has more than 2^31 − 1 elements`);
  }
  return count;
}

function readData(
  proto: TensorProto,
  type: ElementType,
  count: number,
  directory: string | undefined,
  where: string,
): TensorData {
  const bytes = count * elementBytes(type);
  if (proto.dataLocation === EXTERNAL) {
    if (directory === undefined) throw new UserError(`${where}: external data are not supported here`);
    return viewBytes(type, readExternalData(proto, directory, bytes, where));
  }
  if (proto.rawData.length > 0) {
    if (proto.rawData.length !== bytes) {
      throw new UserError(
        `${where}: its shape [${proto.dims}] of ${type} needs ${bytes} bytes, the file has ${proto.rawData.length}`,
      );
    }
    return viewBytes(type, proto.rawData);
  }
  const values = typedField(proto, type);
  if (values.length !== count) {
    throw new UserError(
      `${where}: its shape [${proto.dims}] needs ${count} values, the file has ${values.length}`,
    );
  }
  const data = allocate(type, count);
  // Typed arrays wrap to their width, as the format wants for the narrow types in int32_data.
  for (let i = 0; i < count; i++) data[i] = values[i]!;
  return data;
}

function typedField(proto: TensorProto, type: ElementType): readonly (number | bigint)[] {
  switch (type) {
    case 'float32':
      return proto.floatData;
    case 'float64':
      return proto.doubleData;
    case 'int64':
      return proto.int64Data;
    case 'uint64':
      return proto.uint64Data;
    case 'uint32':
      return proto.uint64Data.map(Number);
    default:
      return proto.int32Data;
  }
}
