import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { encodeTable } from '../../src/multiplier/formats/write.js';
import { generateMultiplier } from '../../src/multiplier/generate/generate.js';
import type { Multiplier } from '../../src/multiplier/multiplier.js';
import type { EvalReport } from '../../src/report/results.js';
import { packagePath } from '../../src/util/paths.js';
import { temporaryFolder } from '../support/temporary.js';
import { approxtorch } from './spawn.js';

const folder = temporaryFolder();

async function evaluate(lut: string, ...flags: string[]): Promise<EvalReport> {
  const { stdout, stderr, code } = await approxtorch([
    ...[
      'eval',
      packagePath('models', 'lenet-digits.onnx'),
      '--lut',
      lut,
      '--lut-order',
      'aw',
      '--limit',
      '48',
    ],
    ...[
      '--calibrate',
      '16',
      '--batch',
      '16',
      '--threads',
      '1',
      '--device',
      'cpu',
      '--format',
      'json',
      ...flags,
    ],
  ]);
  assert.deepEqual([stderr, code], ['', 0]);
  return JSON.parse(stdout);
}

const file = (name: string, multiplier: Multiplier, format: 'i16' | 'c' | 'text' | 'npy') => {
  const path = join(folder, name);
  writeFileSync(path, encodeTable(multiplier, { format }));
  return path;
};

const truncated = (bits: number, dropped: number) =>
  generateMultiplier('truncated', {
    activation: 'int8',
    weight: 'int8',
    bits,
    signMagnitude: false,
    parameters: { 'dropped-bits': dropped },
  });

describe('approxtorch eval', () => {
  test('takes raw numbers, C arrays and .npy as it takes text', async () => {
    const multiplier = truncated(8, 3);
    const expected = await evaluate(file('t.txt', multiplier, 'text'));
    for (const path of [
      file('t.bin', multiplier, 'i16'),
      file('t.h', multiplier, 'c'),
      file('t.npy', multiplier, 'npy'),
    ]) {
      const { results, layers, multiplier: used } = await evaluate(path);
      assert.deepEqual(used, expected.multiplier);
      assert.deepEqual(results.approx?.correct, expected.results.approx?.correct);
      assert.deepEqual(results.approx?.loss, expected.results.approx?.loss);
      assert.deepEqual(
        layers.map(({ sqnr }) => sqnr),
        expected.layers.map(({ sqnr }) => sqnr),
      );
    }
  });

  test('takes a table of 4-bit operands for codes of 4 bits', async () => {
    const four = ['--activation-bits', '4', '--weight-bits', '4'];
    const exact = await evaluate(file('exact4.npy', truncated(4, 0), 'npy'), ...four);
    assert.ok(exact.layers.every(({ approximated }) => approximated));
    // The exact products of 4 bits are those of the exact multiplier.
    assert.equal(exact.results.approx?.loss, exact.results.exact?.loss);
    const rough = await evaluate(file('rough4.txt', truncated(4, 1), 'text'), ...four);
    assert.notEqual(rough.results.approx?.loss, rough.results.exact?.loss);
    assert.equal(rough.results.exact?.loss, exact.results.exact?.loss);
    assert.deepEqual([rough.quantization.activationBits, rough.quantization.weightBits], [4, 4]);
  });

  test('refuses a table of operands that are narrower than the codes', async () => {
    const { stdout, stderr, code } = await approxtorch([
      ...[
        'eval',
        packagePath('models', 'lenet-digits.onnx'),
        '--lut',
        file('four.npy', truncated(4, 0), 'npy'),
        '-q',
      ],
    ]);
    assert.match(stderr, /^approxtorch: [^\n]*four[^\n]*4[^\n]*\n$/);
    assert.deepEqual([stdout, code], ['', 2]);
  });
});
