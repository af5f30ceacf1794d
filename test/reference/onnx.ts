/** ONNX files as plain records, read with the field numbers of onnx.proto3. Part of the slow reference. */
import { asBytes, asFloats, asIntegers, asText, readFields, type WireField } from './protobuf.js';
import { floats, integers, sizeOf, type Tensor } from './tensor.js';

export interface Attribute {
  readonly f?: number;
  readonly i?: number;
  readonly s?: string;
  readonly t?: Tensor;
  readonly floats: readonly number[];
  readonly ints: readonly number[];
}

export interface Node {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
}

/** A graph input or output; a symbolic or missing dimension is 0. */
export interface ValueInfo {
  readonly name: string;
  readonly dims: readonly number[];
}

export interface Model {
  readonly opset: number;
  readonly nodes: readonly Node[];
  readonly constants: ReadonlyMap<string, Tensor>;
  /** Without the initializers that older files list among the inputs. */
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
}

const all = (fields: WireField[], number: number) => fields.filter((field) => field.number === number);
const last = (fields: WireField[], number: number) => all(fields, number).at(-1);
const text = (fields: WireField[], number: number) => {
  const field = last(fields, number);
  return field === undefined ? '' : asText(field);
};
const integersOf = (fields: WireField[], number: number) => all(fields, number).flatMap(asIntegers);
const floatsOf = (fields: WireField[], number: number) => all(fields, number).flatMap(asFloats);

/** TensorProto: dims 1, data_type 2, float_data 4, int32_data 5, int64_data 7, name 8, raw_data 9. */
function readTensor(bytes: Uint8Array): { name: string; tensor: Tensor } {
  const fields = readFields(bytes);
  const dims = integersOf(fields, 1);
  const type = integersOf(fields, 2)[0] ?? 0;
  const name = text(fields, 8);
  const rawField = last(fields, 9);
  const size = sizeOf(dims);
  const raw = rawField === undefined ? undefined : asBytes(rawField);
  const view = raw && new DataView(raw.buffer, raw.byteOffset, raw.length);
  const values = (read: (view: DataView, i: number) => number, plain: () => number[]) =>
    view === undefined ? plain() : Array.from({ length: size }, (_, i) => read(view, i));
  switch (type) {
    case 1:
      return {
        name,
        tensor: floats(
          dims,
          values(
            (v, i) => v.getFloat32(4 * i, true),
            () => floatsOf(fields, 4),
          ),
        ),
      };
    case 6:
      return {
        name,
        tensor: integers(
          dims,
          values(
            (v, i) => v.getInt32(4 * i, true),
            () => integersOf(fields, 5),
          ),
        ),
      };
    case 7:
      return {
        name,
        tensor: integers(
          dims,
          values(
            (v, i) => Number(v.getBigInt64(8 * i, true)),
            () => integersOf(fields, 7),
          ),
        ),
      };
    default:
      throw new Error(`tensor ${name}: element type ${type} is not read by the reference`);
  }
}

/** AttributeProto: name 1, f 2, i 3, s 4, t 5, floats 7, ints 8. */
function readAttribute(bytes: Uint8Array): [string, Attribute] {
  const fields = readFields(bytes);
  const tensor = last(fields, 5);
  const string = last(fields, 4);
  const f = floatsOf(fields, 2)[0];
  const i = integersOf(fields, 3)[0];
  return [
    text(fields, 1),
    {
      ...(f !== undefined && { f }),
      ...(i !== undefined && { i }),
      ...(string !== undefined && { s: asText(string) }),
      ...(tensor !== undefined && { t: readTensor(asBytes(tensor)).tensor }),
      floats: floatsOf(fields, 7),
      ints: integersOf(fields, 8),
    },
  ];
}

/** NodeProto: input 1, output 2, name 3, op_type 4, attribute 5. */
function readNode(bytes: Uint8Array): Node {
  const fields = readFields(bytes);
  return {
    name: text(fields, 3),
    op: text(fields, 4),
    inputs: all(fields, 1).map(asText),
    outputs: all(fields, 2).map(asText),
    attributes: new Map(all(fields, 5).map((field) => readAttribute(asBytes(field)))),
  };
}

/** ValueInfoProto name 1, type 2 → TypeProto.tensor_type 1 → shape 2 → dim 1 → dim_value 1. */
function readValueInfo(bytes: Uint8Array): ValueInfo {
  const fields = readFields(bytes);
  const inner = (of: WireField[], number: number) => {
    const field = last(of, number);
    return field === undefined ? [] : readFields(asBytes(field));
  };
  const shape = inner(inner(inner(fields, 2), 1), 2);
  const dims = all(shape, 1).map((dim) => integersOf(readFields(asBytes(dim)), 1)[0] ?? 0);
  return { name: text(fields, 1), dims };
}

/** ModelProto: graph 7, opset_import 8. GraphProto: node 1, initializer 5, input 11, output 12. */
export function readModel(bytes: Uint8Array): Model {
  const model = readFields(bytes);
  const graphField = last(model, 7);
  if (graphField === undefined) throw new Error('no graph in the file');
  const graph = readFields(asBytes(graphField));
  const opset = all(model, 8)
    .map((field) => readFields(asBytes(field)))
    .filter((fields) => ['', 'ai.onnx'].includes(text(fields, 1)))
    .map((fields) => integersOf(fields, 2)[0] ?? 0)[0];
  const constants = new Map(
    all(graph, 5).map((field) => {
      const { name, tensor } = readTensor(asBytes(field));
      return [name, tensor];
    }),
  );
  return {
    opset: opset ?? 0,
    nodes: all(graph, 1).map((field) => readNode(asBytes(field))),
    constants,
    inputs: all(graph, 11)
      .map((field) => readValueInfo(asBytes(field)))
      .filter(({ name }) => !constants.has(name)),
    outputs: all(graph, 12).map((field) => readValueInfo(asBytes(field))),
  };
}
