import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
  loadHistograms,
  type OperandHistograms,
  readHistograms,
  saveHistograms,
} from '../../src/quant/operand_histograms.js';
import { userError } from '../support/errors.js';
import { temporaryFolder } from '../support/temporary.js';

const folder = temporaryFolder();
const histograms: OperandHistograms = {
  modelSha256: '0123456789abcdef'.repeat(4),
  dataset: 'digits\n"drawn"',
  split: 'test',
  samples: 40,
  ranges: 'minmax, 512 samples of digits train',
  activation: { type: 'uint8', bits: 3 },
  weight: { type: 'int8', bits: 2 },
  layers: [
    {
      name: '/conv1/Conv',
      macs: 1200,
      activation: Float64Array.of(5, 0, 0, 2, 0, 0, 0, Number.MAX_SAFE_INTEGER),
      weight: Float64Array.of(0, 1, 2, 3),
    },
    { name: '', macs: 1, activation: new Float64Array(8).fill(1), weight: Float64Array.of(0, 0, 0, 1) },
  ],
};

describe('operand histogram files', () => {
  test('what is saved is loaded', async () => {
    const path = join(folder, 'histograms.json');
    await saveHistograms(path, histograms);
    assert.deepEqual(await loadHistograms(path), histograms);
    const bytes = readFileSync(path);
    assert.deepEqual(readHistograms(bytes, path), histograms);
    // A line for each layer, so that two files can be compared.
    assert.equal(
      bytes
        .toString()
        .split('\n')
        .filter((line) => line.includes('"macs"')).length,
      2,
    );
    // Bytes that are part of a larger buffer.
    const shifted = Buffer.concat([Buffer.from('xyz'), bytes, Buffer.from('xyz')]).subarray(
      3,
      3 + bytes.length,
    );
    assert.deepEqual(readHistograms(shifted, path), histograms);
  });

  test('everything else is refused with file and field', async () => {
    const kinds = { activation: { type: 'int8', bits: 2 }, weight: { type: 'uint8', bits: 2 } };
    const layer = { name: 'a', macs: 3, activation: [0, 1, 2, 3], weight: [4, 5, 6, 7] };
    const { layers: _, activation: __, weight: ___, ...about } = histograms;
    const good = { schemaVersion: 1, ...about, ...kinds, layers: [layer] };
    const withLayer = (changes: object) => ({ ...good, layers: [layer, { ...layer, ...changes }] });
    const { samples: ____, ...incomplete } = good;
    const cases: [unknown, RegExp][] = [
      ['', /not JSON/],
      ['{"schemaVersion": 1,', /not JSON/],
      ['['.repeat(100_000), /not JSON/],
      ['\u0000\u0001', /not JSON/],
      ['null', /not operand histograms/],
      ['[]', /not operand histograms/],
      ['{}', /'schemaVersion'/],
      [incomplete, /'samples'/],
      [{ ...good, schemaVersion: 2 }, /'schemaVersion'/],
      [{ ...good, modelSha256: 'abc' }, /'modelSha256'.*64 hexadecimal/],
      [{ ...good, samples: 0 }, /'samples'/],
      [{ ...good, extra: 1 }, /extra/],
      [{ ...good, layers: [] }, /'layers'/],
      [{ ...good, layers: { 0: layer } }, /'layers'/],
      [{ ...good, weight: { type: 'int4', bits: 4 } }, /'weight\.type'/],
      [{ ...good, weight: { type: 'int8', bits: 9 } }, /'weight\.bits'/],
      [
        { ...good, weight: { type: 'uint8', bits: 3 } },
        /'layers\.0\.weight': expected 8 counts, for 3-bit codes, got 4/,
      ],
      [withLayer({ macs: 0 }), /'layers\.1\.macs'/],
      [withLayer({ macs: 1.5 }), /'layers\.1\.macs'/],
      [withLayer({ name: 7 }), /'layers\.1\.name'/],
      [
        withLayer({ activation: [1, 2, 3] }),
        /'layers\.1\.activation': expected 4 counts, for 2-bit codes, got 3/,
      ],
      [withLayer({ activation: [1, 2, 3, -1] }), /'layers\.1\.activation\.3'/],
      [withLayer({ activation: [1, 2, 3, 0.5] }), /'layers\.1\.activation\.3'/],
      [withLayer({ activation: [1, 2, 3, '4'] }), /'layers\.1\.activation\.3'/],
      [withLayer({ activation: [1, 2, 3, null] }), /'layers\.1\.activation\.3'/],
      [withLayer({ activation: [1, 2, 3, 2 ** 60] }), /'layers\.1\.activation\.3'/],
      [JSON.stringify(good).replace('[0,1,2,3]', '[0,1,2,1e999]'), /'layers\.0\.activation\.3'/],
      [withLayer({ weight: [0, 0, 0, 0] }), /'layers\.1\.weight': expected counts that are not all 0/],
    ];
    const path = join(folder, 'bad.json');
    assert.equal(readHistograms(Buffer.from(JSON.stringify(good)), path).layers.length, 1);
    for (const [content, pattern] of cases) {
      const text = typeof content === 'string' ? content : JSON.stringify(content);
      const refusal = userError(/bad\.json: /, pattern, /write it with approxtorch inspect/);
      assert.throws(() => readHistograms(Buffer.from(text), path), refusal, text);
      writeFileSync(path, text);
      await assert.rejects(loadHistograms(path), refusal);
    }
    const large = join(folder, 'large.json');
    writeFileSync(large, new Uint8Array(2 ** 26 + 1));
    await assert.rejects(loadHistograms(large), userError(/has 67108865 bytes/));
    assert.throws(() => readHistograms(new Uint8Array(2 ** 26 + 1), large), userError(/has 67108865 bytes/));
    await assert.rejects(loadHistograms(join(folder, 'missing.json')), userError(/no such file/));
    await assert.rejects(loadHistograms(folder), userError(/is a directory/));
  });
});
