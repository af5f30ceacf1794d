import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { encodeGraph, encodeModel, encodeSegment, saveModel } from '../../src/onnx/encode.js';
import type { Graph } from '../../src/onnx/graph.js';
import { loadModel } from '../../src/onnx/load.js';
import { ModelProtoSchema } from '../../src/onnx/onnx_pb.js';
import { PRIVATE_DOMAIN } from '../../src/onnx/private_ops.js';
import { inferShapes } from '../../src/onnx/shapes/infer.js';
import { userError } from '../support/errors.js';
import { f32, float, i64, type ModelDescription, modelBytes, node, ramp } from '../support/onnx_builder.js';
import { relativeError, runOnnx } from '../support/onnxruntime.js';
import { temporaryFolder } from '../support/temporary.js';

const load = (description: ModelDescription): Graph =>
  loadModel(modelBytes(description), { file: 'm.onnx' }).graph;

const TWO_LAYERS: ModelDescription = {
  inputs: { x: [2, 3] },
  initializers: { w: f32([3, 4]), end: i64([2 ** 53]) },
  outputs: ['z'],
  nodes: [
    node('MatMul', ['x', 'w'], ['h']),
    node('LeakyRelu', ['h'], ['a'], { alpha: float(0) }),
    node('Constant', [], ['start'], { value_ints: [1] }),
    node('Slice', ['a', 'start', 'end'], ['z']),
  ],
};

describe('encodeGraph', () => {
  test('writes a model that computes the same', async () => {
    const x = f32([2, 3], ramp(6, 3));
    const graph = load(TWO_LAYERS);
    const [expected, actual] = await Promise.all([
      runOnnx(modelBytes(TWO_LAYERS), { x }),
      runOnnx(encodeGraph(graph), { x }),
    ]);
    assert.deepEqual(actual.z, expected.z);
    // Decoded again it is the same graph: also alpha = 0 is still a float.
    const again = loadModel(encodeGraph(graph), { file: 'again' }).graph;
    assert.deepEqual(again.nodes, graph.nodes);
    assert.deepEqual(again.constants, graph.constants);
  });

  test('writes the end-of-axis sentinel of Slice as an int64', async () => {
    const graph = load({
      inputs: { x: [3] },
      outputs: ['z'],
      opset: 9,
      nodes: [node('Slice', ['x'], ['z'], { starts: [1], ends: [2 ** 63], axes: [0] })],
    });
    assert.equal(graph.nodes[0]?.attributes.get('ends')?.toString(), String(2 ** 63));
    const { z } = await runOnnx(encodeGraph(graph), { x: f32([3], [1, 2, 3]) });
    assert.deepEqual(Array.from(z!.data), [2, 3]);
  });

  test('writes a MatMul with a bias as MatMul and Add', async () => {
    const graph = load({ ...TWO_LAYERS, nodes: [node('MatMul', ['x', 'w'], ['z'])] });
    const fused: Graph = {
      ...graph,
      nodes: [{ ...graph.nodes[0]!, domain: PRIVATE_DOMAIN, inputs: ['x', 'w', 'b'] }],
      constants: new Map([...graph.constants, ['b', f32([4], [1, 2, 3, 4])]]),
    };
    const x = f32([2, 3], ramp(6, 5));
    const [plain, withBias] = [
      await runOnnx(encodeGraph(graph), { x }),
      await runOnnx(encodeGraph(fused), { x }),
    ];
    const expected = Array.from(plain.z!.data, (value, i) => Number(value) + (i % 4) + 1);
    assert.ok(relativeError(withBias.z!.data, expected) < 1e-6);
  });
});

describe('encodeSegment', () => {
  test('cuts out nodes with the constants that they read', async () => {
    const graph = inferShapes(load(TWO_LAYERS), new Map());
    const segment = encodeSegment(graph, graph.nodes.slice(1), ['h'], ['a', 'z']);
    const proto = fromBinary(ModelProtoSchema, segment).graph!;
    assert.deepEqual(
      proto.initializer.map(({ name }) => name),
      ['start', 'end'],
    );
    const { a, z } = await runOnnx(segment, { h: f32([2, 4], [-1, -2, -3, -4, 1, 2, 3, 4]) });
    assert.deepEqual(
      Array.from(a!.data, (value) => Math.abs(Number(value))),
      [0, 0, 0, 0, 1, 2, 3, 4],
    );
    assert.deepEqual(Array.from(z!.data), [1, 2, 3, 4]);
  });

  test('leaves types that are not known to onnxruntime', async () => {
    const graph = load(TWO_LAYERS);
    const known = { ...graph, values: inferShapes(graph, new Map()).values };
    const withoutOutput = { ...known, values: new Map([...known.values].filter(([name]) => name === 'h')) };
    const segment = encodeSegment(withoutOutput, graph.nodes.slice(1), ['h'], ['z']);
    const { z } = await runOnnx(segment, { h: f32([2, 4]) });
    assert.deepEqual(z!.shape, [1, 4]);
  });
});

test('fields that the schema leaves out survive a round trip', () => {
  const bytes = modelBytes(TWO_LAYERS);
  // Field 20 of ModelProto (training_info), with arbitrary content.
  const extended = new Uint8Array([...bytes, 0xa2, 0x01, 3, 8, 1, 7]);
  const again = toBinary(ModelProtoSchema, fromBinary(ModelProtoSchema, extended));
  assert.equal(again.length, extended.length);
  assert.deepEqual(encodeModel(loadModel(extended, { file: 'm' }).proto), again);
});

test('saveModel writes a file that loads again, or says why not', async () => {
  const folder = temporaryFolder();
  const { proto } = loadModel(modelBytes(TWO_LAYERS), { file: 'm' });
  await saveModel(proto, join(folder, 'saved.onnx'));
  assert.deepEqual(new Uint8Array(readFileSync(join(folder, 'saved.onnx'))), encodeModel(proto));
  await assert.rejects(saveModel(proto, join(folder, 'absent', 'saved.onnx')), userError(/absent/));
});
