import { clearField, clone, create } from '@bufbuild/protobuf';
import { UserError } from '../util/errors.js';
import { elementBytes, elementTypeCode, elementTypeName, elementTypeOf } from './element_types.js';
import { readExternalData } from './external_data.js';
import {
  type AttributeProto,
  type ModelProto,
  ModelProtoSchema,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProtoSchema,
} from './onnx_pb.js';
import { EXTERNAL, elementCount } from './tensor_decode.js';

export interface ModelPatch {
  /** New values of float32 constants: initializers by name, Constant nodes by their output. */
  readonly constants: ReadonlyMap<string, Float32Array>;
  /** Entries of metadata_props to set. */
  readonly metadata?: ReadonlyMap<string, string>;
}

/**
 * A copy of a model with other values in some constants; all else stays as it is. Data that lie in other files are
 * taken into the model, so that it can be written anywhere.
 *
 * @param origin file and directory of the model, for messages and for its external data
 * @throws UserError where there is no such constant
 */
export function patchModel(
  model: ModelProto,
  patch: ModelPatch,
  origin: { readonly file: string; readonly directory: string },
): ModelProto {
  const copy = clone(ModelProtoSchema, model);
  for (const [name, values] of patch.constants) write(storedConstant(copy, name, origin.file), values);
  for (const [key, value] of patch.metadata ?? []) setMetadata(copy, key, value);
  embedExternalData(copy, origin);
  return copy;
}

/** @throws UserError where the model has no float32 constant of this name */
export function checkConstant(model: ModelProto, name: string, file: string): void {
  storedConstant(model, name, file);
}

function storedConstant({ graph }: ModelProto, name: string, file: string): TensorProto | AttributeProto {
  const initializer = graph?.initializer.find((tensor) => tensor.name === name);
  const node = graph?.node.find(({ opType, output }) => opType === 'Constant' && output[0] === name);
  const attribute = node?.attribute[0];
  const tensor = initializer ?? attribute?.t;
  if (tensor === undefined) {
    if (attribute === undefined) throw new UserError(`${file}: has no constant '${name}'`);
    return attribute;
  }
  if (tensor.dataType !== elementTypeCode('float32')) {
    const type = elementTypeName(tensor.dataType);
    throw new UserError(
      `${file}: '${name}' is ${type}, expected float32; convert the model to float32 first`,
    );
  }
  return tensor;
}

/** Data stay in the field in which they were. */
function write(stored: TensorProto | AttributeProto, values: Float32Array): void {
  if (stored.$typeName === 'onnx.AttributeProto') {
    if (stored.floats.length > 0) stored.floats = [...values];
    else stored.f = values[0]!;
  } else if (stored.rawData.length === 0 && stored.floatData.length > 0) {
    stored.floatData = [...values];
  } else {
    setRawData(stored, new Uint8Array(values.slice().buffer));
  }
}

function setRawData(tensor: TensorProto, bytes: Uint8Array<ArrayBuffer>): void {
  tensor.rawData = bytes;
  tensor.externalData = [];
  clearField(tensor, TensorProtoSchema.field.dataLocation);
}

function setMetadata(model: ModelProto, key: string, value: string): void {
  const entry = model.metadataProps.find((candidate) => candidate.key === key);
  if (entry !== undefined) entry.value = value;
  else model.metadataProps.push(create(StringStringEntryProtoSchema, { key, value }));
}

function embedExternalData({ graph }: ModelProto, origin: { file: string; directory: string }): void {
  const attributes = graph?.node.flatMap(({ attribute }) => attribute.flatMap(({ t }) => t ?? [])) ?? [];
  for (const tensor of [...(graph?.initializer ?? []), ...attributes]) {
    if (tensor.dataLocation !== EXTERNAL) continue;
    const where = `${origin.file}: '${tensor.name}'`;
    const type = elementTypeOf(tensor.dataType) ?? 'uint16'; // bfloat16
    const bytes = elementCount(tensor.dims.map(Number), where) * elementBytes(type);
    setRawData(tensor, readExternalData(tensor, origin.directory, bytes, where));
  }
}
