import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { collectHistograms } from '../../src/eval/histograms.js';
import { loadHistograms } from '../../src/quant/operand_histograms.js';
import { packagePath } from '../../src/util/paths.js';
import { modelBytes, node } from '../support/onnx_builder.js';
import { temporaryFolder } from '../support/temporary.js';
import { approxtorch } from './spawn.js';

const folder = temporaryFolder();
const lenet = packagePath('models', 'lenet-digits.onnx');
const file = join(folder, 'codes.json');
const few = ['--limit', '20', '--calibrate', '10', '--threads', '1'];

describe('approxtorch inspect --histograms', () => {
  test('writes the counts, and prints the same report', async () => {
    const plain = await approxtorch(['inspect', lenet]);
    const { stdout, stderr, code } = await approxtorch(['inspect', lenet, '--histograms', file, ...few]);
    assert.equal(stderr, '');
    assert.equal(code, 0);
    assert.equal(stdout, plain.stdout);
    const { layers, samples, activation, weight, dataset } = await loadHistograms(file);
    assert.deepEqual([samples, dataset], [20, 'synthetic-digits']);
    assert.deepEqual(
      [activation, weight],
      [
        { type: 'int8', bits: 8 },
        { type: 'int8', bits: 8 },
      ],
    );
    assert.deepEqual(
      layers.map(({ name }) => name),
      ['/0/Conv', '/4/Conv', '/9/Gemm', '/11/Gemm', '/13/Gemm'],
    );
    assert.equal(
      layers[0]!.activation.reduce((sum, count) => sum + count, 0),
      20 * 784,
    );
  });

  test('takes every option that decides the codes', async () => {
    const options = [
      ...[
        '--data',
        'synthetic-digits:3',
        '--split',
        'train',
        '--types',
        'uint8xint8',
        '--qmethod',
        'static,tensor,tensor',
      ],
      ...[
        '--activation-bits',
        '5',
        '--weight-bits',
        '4',
        '--calibrator',
        'mse',
        '--scale',
        '0.5',
        '--mean',
        '7',
      ],
    ];
    const args = ['inspect', lenet, '--histograms', file, ...options, '--format', 'json'];
    const { stdout, code } = await approxtorch([...args, ...few]);
    assert.equal(code, 0);
    assert.equal(JSON.parse(stdout).command, 'inspect');
    const expected = await collectHistograms({
      model: lenet,
      data: 'synthetic-digits:3',
      split: 'train',
      limit: 20,
      types: 'uint8xint8',
      qmethod: { mode: 'static', activation: 'tensor', weight: 'tensor' },
      activationBits: 5,
      weightBits: 4,
      calibrator: 'mse',
      calibrate: 10,
      overrides: { scale: 0.5, mean: [7] },
      threads: 1,
    });
    assert.deepEqual(await loadHistograms(file), expected);
  });

  test('misuse gives one line, exit code 2 and no file', async () => {
    const nameless = join(folder, 'nameless.onnx');
    writeFileSync(
      nameless,
      modelBytes({
        inputs: { x: ['N', 1, 8, 8] },
        initializers: { w: { type: 'float32', shape: [2, 1, 8, 8], data: new Float32Array(128).fill(1) } },
        nodes: [node('Conv', ['x', 'w'], ['y'])],
        outputs: ['y'],
      }),
    );
    const out = join(folder, 'none.json');
    const cases: [string[], RegExp][] = [
      [[lenet, '--data', 'synthetic-digits'], /--data: goes with --histograms FILE/],
      [[lenet, '--limit', '5'], /--limit: goes with --histograms FILE/],
      [[lenet, '--types', 'int8'], /--types: goes with --histograms FILE/],
      [[nameless, '--histograms', out], /nameless\.onnx names no dataset; give --data/],
      [[nameless, '--histograms', out, '--data', join(folder, 'missing')], /missing: cannot read it/],
      [[nameless, '--histograms', out, '--data', 'synthetic-digits'], /synthetic-digits/],
      [[lenet, '--histograms', out, '--types', 'auto'], /--types: expected int8, uint8, .* got "auto"/],
      [
        [lenet, '--histograms', out, '--qmethod', 'dynamic,tensor,channel'],
        /--qmethod: .*static,tensor,channel/,
      ],
      [[lenet, '--histograms', out, '--activation-bits', '9'], /--activation-bits: expected a whole number/],
      [[lenet, '--histograms', out, '--calibrator', 'best'], /--calibrator: expected minmax/],
      [[lenet, '--histograms', out, '--limit', '0'], /--limit: expected/],
      [[lenet, '--histograms', lenet], /is read by this command too/],
      [[lenet, '--histograms', out, '--output', out], /is written by --output too/],
      [[lenet, '--histograms', join(folder, 'no', 'h.json')], /the folder .* does not exist/],
      [[lenet, '--histograms', folder], /is a directory/],
      [[lenet, '--histograms', ''], /--histograms: expected the name of a file/],
    ];
    const size = readFileSync(lenet).length;
    for (const [args, says] of cases) {
      const { stdout, stderr, code } = await approxtorch(['inspect', ...args]);
      assert.equal(code, 2, args.join(' '));
      assert.equal(stdout, '');
      assert.match(stderr, /^approxtorch: [^\n]+\n$/);
      assert.match(stderr, says);
    }
    assert.ok(!existsSync(out));
    assert.equal(readFileSync(lenet).length, size);
  });
});
