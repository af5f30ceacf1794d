import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { clone, create, equals } from '@bufbuild/protobuf';
import { encodeModel } from '../../src/onnx/encode.js';
import { loadModel } from '../../src/onnx/load.js';
import { type ModelProto, ModelProtoSchema, TensorProtoSchema } from '../../src/onnx/onnx_pb.js';
import { patchModel } from '../../src/onnx/patch_model.js';
import { userError } from '../support/errors.js';
import { f32, float, i64, model, node } from '../support/onnx_builder.js';
import { temporaryFolder } from '../support/temporary.js';

const directory = temporaryFolder();
const origin = { file: 'm.onnx', directory };
const patch = (proto: ModelProto, constants: Record<string, Float32Array>, metadata = {}) =>
  patchModel(
    proto,
    { constants: new Map(Object.entries(constants)), metadata: new Map(Object.entries(metadata)) },
    origin,
  );
const valuesOf = (proto: ModelProto, name: string) =>
  Array.from(loadModel(encodeModel(proto), origin).graph.constants.get(name)!.data, Number);

function example(): ModelProto {
  return model({
    inputs: { x: ['N', 2] },
    outputs: ['z'],
    initializers: { raw: f32([2], [1, 2]), typed: f32([2], [3, 4]), other: i64([5]) },
    metadata: { kept: 'a', replaced: 'b' },
    nodes: [
      node('Constant', [], ['floats'], { value_floats: float([5, 6]) }),
      node('Constant', [], ['single'], { value_float: float(7) }),
      node('Constant', [], ['tensor'], { value: f32([1], [8]) }),
      node('Sum', ['x', 'raw', 'typed', 'floats', 'single', 'tensor'], ['z']),
    ],
  });
}

describe('patchModel', () => {
  test('replaces values where they lie, and nothing else', () => {
    const proto = example();
    proto.graph!.initializer[1] = create(TensorProtoSchema, {
      name: 'typed',
      dims: [2n],
      dataType: 1,
      floatData: [3, 4],
    });
    const before = clone(ModelProtoSchema, proto);
    const constants = {
      raw: Float32Array.of(-1, 0.1),
      typed: Float32Array.of(0.1, -4),
      floats: Float32Array.of(0.5, 0.25),
      single: Float32Array.of(-7),
      tensor: Float32Array.of(9),
    };
    const patched = patch(proto, constants, { replaced: 'c', added: 'd' });
    assert.ok(equals(ModelProtoSchema, proto, before), 'the model itself stays');
    for (const [name, values] of Object.entries(constants))
      assert.deepEqual(valuesOf(patched, name), [...values]);
    assert.equal(patched.graph!.initializer[1]!.rawData.length, 0);
    assert.deepEqual(
      patched.metadataProps.map(({ key, value }) => `${key}=${value}`),
      ['kept=a', 'replaced=c', 'added=d'],
    );
    const restored = patch(patched, {
      raw: Float32Array.of(1, 2),
      typed: Float32Array.of(3, 4),
      floats: Float32Array.of(5, 6),
      single: Float32Array.of(7),
      tensor: Float32Array.of(8),
    });
    restored.metadataProps = before.metadataProps;
    assert.ok(equals(ModelProtoSchema, restored, before));
  });

  test('takes data from other files into the model', () => {
    writeFileSync(join(directory, 'weights.bin'), new Uint8Array(Float32Array.of(0, 1, 2, 3).buffer));
    const proto = example();
    const [raw, typed] = proto.graph!.initializer;
    for (const [tensor, offset] of [
      [raw!, 0],
      [typed!, 8],
    ] as const) {
      const external = { location: 'weights.bin', offset: String(offset), length: '8' };
      tensor.rawData = new Uint8Array();
      tensor.dataLocation = 1;
      tensor.externalData = Object.entries(external).map(([key, value]) => ({
        $typeName: 'onnx.StringStringEntryProto',
        key,
        value,
      }));
    }
    const patched = patch(proto, { typed: Float32Array.of(8, 9) });
    const elsewhere = loadModel(encodeModel(patched), { file: 'm.onnx', directory: '/nonexistent' }).graph;
    assert.deepEqual([...elsewhere.constants.get('raw')!.data], [0, 1]);
    assert.deepEqual([...elsewhere.constants.get('typed')!.data], [8, 9]);
    assert.equal(patched.graph!.initializer[0]!.externalData.length, 0);
  });

  test('names what is not there, or of another type', () => {
    assert.throws(() => patch(example(), { absent: new Float32Array(1) }), userError(/no constant 'absent'/));
    assert.throws(() => patch(example(), { other: new Float32Array(1) }), userError(/'other' is int64/));
  });
});
