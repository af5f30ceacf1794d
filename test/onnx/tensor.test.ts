import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { create } from '@bufbuild/protobuf';
import type { TensorData } from '../../src/onnx/graph.js';
import { type TensorProto, TensorProtoSchema } from '../../src/onnx/onnx_pb.js';
import { decodeTensor } from '../../src/onnx/tensor_decode.js';
import { encodeTensor } from '../../src/onnx/tensor_encode.js';
import { userError } from '../support/errors.js';
import { f32 } from '../support/onnx_builder.js';

type Fields = Partial<Omit<TensorProto, '$typeName' | '$unknown'>>;
const decode = (fields: Fields) => decodeTensor(create(TensorProtoSchema, fields), undefined, 'm: t');

describe('decodeTensor', () => {
  test('reads each element type from its typed field', () => {
    const cases: [number, Fields, TensorData][] = [
      [1, { floatData: [0.5, -2] }, Float32Array.of(0.5, -2)],
      [2, { int32Data: [0, 255] }, Uint8Array.of(0, 255)],
      [3, { int32Data: [-128, 127] }, Int8Array.of(-128, 127)],
      [4, { int32Data: [0, 65535] }, Uint16Array.of(0, 65535)],
      [5, { int32Data: [-32768, 1] }, Int16Array.of(-32768, 1)],
      [6, { int32Data: [-(2 ** 31), 1] }, Int32Array.of(-(2 ** 31), 1)],
      [7, { int64Data: [-(2n ** 63n), 2n ** 63n - 1n] }, BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n)],
      [9, { int32Data: [0, 1] }, Uint8Array.of(0, 1)],
      [10, { int32Data: [0x3c00, 0xfc00] }, Uint16Array.of(0x3c00, 0xfc00)],
      [11, { doubleData: [1e300, -0] }, Float64Array.of(1e300, -0)],
      [12, { uint64Data: [0n, 2n ** 32n - 1n] }, Uint32Array.of(0, 2 ** 32 - 1)],
      [13, { uint64Data: [0n, 2n ** 64n - 1n] }, BigUint64Array.of(0n, 2n ** 64n - 1n)],
      [16, { int32Data: [0x3f80, 0xc000] }, Float32Array.of(1, -2)],
    ];
    for (const [dataType, fields, expected] of cases) {
      assert.deepEqual(decode({ dataType, dims: [2n], ...fields }).data, expected, `type ${dataType}`);
    }
  });

  test('views raw data where they are aligned, and copies them where not', () => {
    const buffer = Buffer.alloc(24);
    buffer.writeFloatLE(1.5, 8);
    buffer.writeFloatLE(-3, 13);
    const aligned = decode({ dataType: 1, dims: [], rawData: buffer.subarray(8, 12) });
    assert.deepEqual(aligned.data, Float32Array.of(1.5));
    assert.equal(aligned.data.buffer, buffer.buffer);
    const skewed = decode({ dataType: 1, dims: [], rawData: buffer.subarray(13, 17) });
    assert.deepEqual(skewed.data, Float32Array.of(-3));
    assert.notEqual(skewed.data.buffer, buffer.buffer);
  });

  test('converts raw bfloat16', () => {
    const rawData = new Uint8Array(Uint16Array.of(0x4049, 0x7f80).buffer);
    const tensor = decode({ dataType: 16, dims: [2n], rawData });
    assert.deepEqual(tensor, { type: 'float32', shape: [2], data: Float32Array.of(3.140625, Infinity) });
  });

  test('takes scalars and empty tensors', () => {
    assert.deepEqual(decode({ dataType: 1, floatData: [4] }).shape, []);
    assert.equal(decode({ dataType: 7, dims: [0n, 5n] }).data.length, 0);
  });

  test('checks sizes before it allocates', () => {
    const cases: [Fields, RegExp][] = [
      [{ dataType: 1, dims: [2n, 3n], rawData: new Uint8Array(20) }, /24 bytes.* 20/],
      [{ dataType: 1, dims: [3n], floatData: [1, 2] }, /3 values.* 2/],
      [{ dataType: 1, dims: [2n ** 40n] }, /2\^31/],
      [{ dataType: 1, dims: [2n ** 20n, 2n ** 20n, 0n] }, /2\^31/],
      [{ dataType: 1, dims: [2n ** 30n] }, /1073741824 values/],
      [{ dataType: 1, dims: [-1n] }, /-1/],
      [{ dataType: 8, dims: [1n], stringData: [new Uint8Array(1)] }, /string/],
      [{ dataType: 22, dims: [1n] }, /int4/],
      [{ dataType: 1, dims: [1n], dataLocation: 1 }, /external/],
      [{ dataType: 1, dims: new Array<bigint>(100).fill(1n), floatData: [1] }, /100 dimensions/],
    ];
    for (const [fields, pattern] of cases) assert.throws(() => decode(fields), userError(/m: t/, pattern));
  });

  test('reads what encodeTensor writes', () => {
    const tensor = f32([2, 3]);
    assert.deepEqual(decodeTensor(encodeTensor('t', tensor), undefined, 't'), tensor);
  });
});
