import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { encodeTunedModel, tunedKey } from '../../src/eval/tuned_model.js';
import { f32, modelBytes, node } from '../support/onnx_builder.js';
import { temporaryFolder } from '../support/temporary.js';
import { tunedModel, writeWithMetadata } from '../support/tuned_model.js';
import { approxtorch } from './spawn.js';

const folder = temporaryFolder();
const file = join(folder, 'tiny.onnx');
writeFileSync(
  file,
  modelBytes({
    inputs: { x: ['N', 3, 8, 8] },
    initializers: { w: f32([4, 3, 3, 3]), v: f32([144, 5]) },
    nodes: [
      node('Conv', ['x', 'w'], ['c'], { kernel_shape: [3, 3] }, { name: 'conv' }),
      node('Relu', ['c'], ['r'], {}, { name: 'relu' }),
      node('Flatten', ['r'], ['f'], {}, { name: 'flatten' }),
      node('MatMul', ['f', 'v'], ['y'], {}, { name: 'dense' }),
    ],
    outputs: ['y'],
  }),
);

describe('approxtorch inspect', () => {
  test('lists the nodes for people', async () => {
    const { stdout, stderr, code } = await approxtorch(['inspect', file]);
    assert.equal(stderr, '');
    assert.equal(code, 0);
    assert.match(stdout, /^input {2}x float32\[N, 3, 8, 8\]$/m);
    assert.match(stdout, /^conv +Conv 3×3 .* 3\.89 k +108 +LUT$/m);
    assert.match(stdout, /^relu +Relu .* float$/m);
    assert.match(stdout, /^dense +MatMul .* 720 +720 +LUT$/m);
    assert.match(stdout, /^2 of 4 nodes would use the multiplier, 100\.0 % of the MACs\.$/m);
  });

  test('gives one document to scripts', async () => {
    const { stdout, code } = await approxtorch(['inspect', file, '--format', 'json']);
    assert.equal(code, 0);
    const report = JSON.parse(stdout);
    assert.equal(report.schemaVersion, 1);
    assert.equal(report.model.macs, 4 * 3 * 9 * 36 + 144 * 5);
    assert.deepEqual(
      report.nodes.map((entry: { name: string; approximable: boolean }) => [entry.name, entry.approximable]),
      [
        ['conv', true],
        ['relu', false],
        ['flatten', false],
        ['dense', true],
      ],
    );
  });

  test('a retrained model says so, and for which multiplier', async () => {
    const tuned = join(folder, 'tuned.onnx');
    const said = tunedModel({}, { gradient: 'lre' });
    await writeWithMetadata(file, tuned, [
      ['author', 'somebody'],
      [tunedKey, encodeTunedModel(said)],
    ]);
    const { stdout, code } = await approxtorch(['inspect', tuned]);
    assert.equal(code, 0);
    assert.match(stdout, /^author: somebody$/m);
    assert.match(
      stdout,
      /^retrained for drum2_int8 \(int8×int8, sha256 abababab\) · 5 epochs on synthetic-digits · gradient\s+lre/m,
    );
    assert.doesNotMatch(stdout, /approxtorch\.finetune/);
    const report = JSON.parse((await approxtorch(['inspect', tuned, '--format', 'json'])).stdout);
    assert.deepEqual(report.model.metadata, { author: 'somebody' });
    assert.deepEqual(report.model.retrained.multiplier, said.approximation?.multiplier);
    assert.deepEqual(report.warnings, []);
  });

  test('damaged metadata are shown as they are, with a warning', async () => {
    const damaged = join(folder, 'damaged.onnx');
    await writeWithMetadata(file, damaged, [[tunedKey, '{"version": 7}']]);
    const { stdout, code } = await approxtorch(['inspect', damaged]);
    assert.equal(code, 0);
    assert.match(stdout, /^approxtorch\.finetune: \{"version": 7\}$/m);
    assert.match(stdout, /metadata approxtorch\.finetune: 'version': [\s\S]*it is\s+ignored$/m);
  });

  test('files that are no model give one line and exit code 2', async () => {
    const junk = join(folder, 'junk.onnx');
    writeFileSync(junk, 'this is not a model');
    for (const path of [junk, join(folder, 'missing.onnx'), folder]) {
      const { stdout, stderr, code } = await approxtorch(['inspect', path]);
      assert.equal(code, 2);
      assert.equal(stdout, '');
      assert.match(stderr, /^approxtorch: [^\n]+\n$/);
      assert.ok(stderr.includes(path));
    }
  });
});
