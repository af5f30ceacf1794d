import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fromBinary } from '@bufbuild/protobuf';
import { encodeGraph, encodeModel } from '../../src/onnx/encode.js';
import { loadModel } from '../../src/onnx/load.js';
import { ModelProtoSchema } from '../../src/onnx/onnx_pb.js';
import { optimize } from '../../src/onnx/passes/optimize.js';
import { bindBatch } from '../../src/onnx/shapes/bind_batch.js';
import { inferShapes } from '../../src/onnx/shapes/infer.js';
import { f32, ramp } from '../support/onnx_builder.js';
import { relativeError, runOnnx } from '../support/onnxruntime.js';
import { needs, sharedData } from '../support/shared.js';

/** File → numbers of Conv, Gemm and MatMul nodes, and its fixed batch. */
const MODELS: readonly [string, readonly [number, number, number], number | undefined][] = [
  ['resnet20-cifar10-akamaster.bn.op17', [19, 1, 0], undefined],
  ['resnet20-cifar10-akamaster.folded.op17', [19, 1, 0], undefined],
  ['resnet2b-cifar10-vnncomp', [6, 2, 0], 1],
  ['cnn-small-cifar10-marabou', [2, 0, 3], undefined],
  ['lenet5-mnist-own.op17', [2, 3, 0], undefined],
  ['lenet5bn-mnist-own.bn.op13', [2, 3, 0], undefined],
  ['lenet-mnist-ccoltong', [2, 3, 0], 10],
  ['convnet-avgpool-mnist-verivital', [1, 1, 0], 1],
  ['mobilenetv2-imagenet-qdq-uint8-lanznx', [52, 1, 0], 1],
  ['mobilenetv2-imagenet-dequantized-fp32', [52, 1, 0], undefined],
];

for (const [model, counts, fixedBatch] of MODELS) {
  const path = sharedData('models', `${model}.onnx`);
  describe(model, needs(path), () => {
    const bytes = path === undefined ? new Uint8Array() : new Uint8Array(readFileSync(path));
    const load = () => loadModel(bytes, { file: `${model}.onnx` }).graph;

    test('loads, with all shapes at batch 1 and 4', () => {
      const graph = load();
      const layers = ['Conv', 'Gemm', 'MatMul'].map(
        (op) => graph.nodes.filter((node) => node.op === op).length,
      );
      assert.deepEqual(layers, counts);
      for (const batch of [1, 4]) {
        const bound = bindBatch(graph, batch);
        assert.equal(bound.fixedBatch, fixedBatch);
        const { values } = inferShapes(graph, bound.inputShapes);
        for (const name of graph.nodes.flatMap(({ outputs }) => outputs)) assert.ok(values.has(name), name);
        assert.equal(values.get(graph.outputs[0]!.name)?.shape[0], fixedBatch ?? batch);
      }
    });

    test('survives a round trip', () => {
      const decoded = fromBinary(ModelProtoSchema, bytes);
      const again = encodeModel(decoded);
      assert.equal(again.length, bytes.length);
      assert.deepEqual(fromBinary(ModelProtoSchema, again), decoded);
    });

    test('computes the same after the passes', async () => {
      const graph = load();
      const { inputShapes } = bindBatch(graph, 2);
      const result = await optimize(graph, { inputShapes });
      assert.ok(result.nodes.every(({ op }) => op !== 'BatchNormalization' && op !== 'Shape'));
      const feeds = Object.fromEntries(
        [...inputShapes].map(([name, shape]) => [
          name,
          f32(
            shape,
            ramp(
              shape.reduce((a, b) => a * b, 1),
              3,
            ),
          ),
        ]),
      );
      const [expected, actual] = [await runOnnx(bytes, feeds), await runOnnx(encodeGraph(result), feeds)];
      const output = graph.outputs[0]!.name;
      const error = relativeError(actual[output]!.data, expected[output]!.data);
      assert.ok(error < 1e-5, `relative error ${error}`);
    });
  });
}
