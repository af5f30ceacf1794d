import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type BoundModel, bindModel, modelOf } from '../../src/eval/model.js';
import { Teacher } from '../../src/train/teacher.js';
import { userError } from '../support/errors.js';
import { f32, type ModelDescription, modelBytes, node, ramp } from '../support/onnx_builder.js';
import { relativeError, runOnnx } from '../support/onnxruntime.js';

const classes = 5;
const gemm = node('Gemm', ['x', 'w'], ['a']);

function network(batch: number | 'N', last: string, changes: Partial<ModelDescription> = {}): Uint8Array {
  return modelBytes({
    inputs: { x: [batch, 4] },
    outputs: { y: [batch, classes] },
    initializers: {
      w: f32(
        [4, classes],
        ramp(4 * classes).map((value) => 3 * value),
      ),
    },
    nodes: [gemm, node(last, ['a'], ['y'], last === 'Identity' ? {} : { axis: 1 })],
    ...changes,
  });
}

const student = (): Promise<BoundModel> => bindModel(modelOf(network('N', 'Identity'), 'student.onnx'), 6);
const images = ramp(6 * 4, 3);

describe('a teacher', () => {
  for (const last of ['Identity', 'Softmax', 'LogSoftmax']) {
    for (const batch of ['N', 1, 4] as const) {
      test(`gives logits: ${last} at the end, batch ${batch}`, async () => {
        const teacher = await Teacher.open(modelOf(network(batch, last), 'teacher.onnx'), await student(), {
          threads: 1,
        });
        const logits = await teacher.logits(images);
        await teacher.release();
        const outputs = await runOnnx(network('N', 'Softmax'), { x: f32([6, 4], images) });
        const exponentials = logits.map(Math.exp);
        const probabilities = exponentials.map((value, i) => {
          const row = Math.floor(i / classes) * classes;
          return value / exponentials.subarray(row, row + classes).reduce((a, b) => a + b, 0);
        });
        assert.ok(relativeError(probabilities, outputs.y!.data) < 1e-5);
        if (last === 'Softmax') assert.ok(logits.some((value) => value < 0));
      });
    }
  }

  test('of other images or classes is refused', async () => {
    const open = async (changes: Partial<ModelDescription>) =>
      Teacher.open(modelOf(network('N', 'Identity', changes), 'teacher.onnx'), await student(), {
        threads: 1,
      });
    await assert.rejects(
      open({ inputs: { x: ['N', 3] }, initializers: { w: f32([3, classes]) } }),
      userError(
        /--teacher teacher\.onnx: takes images \[3\] and gives 5 scores, the student takes images \[4\] and/,
      ),
    );
    await assert.rejects(
      open({ outputs: { y: ['N', 7] }, initializers: { w: f32([4, 7]) } }),
      userError(/gives 7 scores, the student takes .*gives 5 scores/),
    );
  });
});
