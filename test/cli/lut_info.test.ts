import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { encodeTable } from '../../src/multiplier/formats/write.js';
import { generateMultiplier } from '../../src/multiplier/generate/generate.js';
import { transpose } from '../../src/multiplier/transpose.js';
import type { InfoReport } from '../../src/report/lut/info_results.js';
import { packagePath } from '../../src/util/paths.js';
import { needs, sharedData } from '../support/shared.js';
import { temporaryFolder } from '../support/temporary.js';
import { approxtorch } from './spawn.js';

const folder = temporaryFolder();
const drum = packagePath('luts', 'drum2_int8.txt');
const known = sharedData('luts', 'evoapprox-signed', 'mul8s_1KVL.txt');

async function infoOf(...args: string[]): Promise<InfoReport> {
  const { stdout, stderr, code } = await approxtorch(['lut', 'info', ...args, '--format', 'json']);
  assert.equal(stderr, '');
  assert.equal(code, 0);
  return JSON.parse(stdout);
}

describe('approxtorch lut info', () => {
  test('says of one table how it was read, what it is, and its errors', async () => {
    const { stdout, stderr, code } = await approxtorch(['lut', 'info', drum]);
    assert.equal(stderr, '');
    assert.equal(code, 0);
    assert.match(stdout, /^operands +activation int8, weight int8, 8 bits$/m);
    assert.match(
      stdout,
      /^read as +text matrix, operands -128…127; found by comparison with a·w \(r = 0\.962/m,
    );
    assert.match(stdout, /^rows +activations, which does not matter: T\(a, w\) = T\(w, a\)$/m);
    assert.match(stdout, /^known as +drum2_int8 of approxtorch/m);
    assert.match(stdout, /^rank +1 of 256; of the error 2 /m);
    assert.match(stdout, /^MAE +mean \|error\| \(MED\) +954$/m);
    assert.match(stdout, /^worst: 20480 at a = −128, w = −128$/m);
    assert.ok(stdout.split('\n').every((line) => line.length <= 100));
  });

  test('gives one document to scripts', async () => {
    const { schemaVersion, command, tables, unreadable } = await infoOf(drum);
    assert.deepEqual([schemaVersion, command, tables.length, unreadable], [1, 'lut info', 1, []]);
    const [table] = tables;
    assert.deepEqual(table!.reading.evidence, 'compared');
    assert.deepEqual(table!.rank, { table: 1, error: 2 });
    assert.deepEqual(table!.range, { min: -18432, max: 36864 });
    assert.deepEqual([table!.commutative, table!.signSymmetric], [true, true]);
    assert.deepEqual([table!.rows.distinct, table!.columns.distinct], [18, 18]);
    assert.equal(table!.weighted, null);
  });

  test(
    'knows a published table that was renamed, transposed and put in another order',
    needs(known),
    async () => {
      const original = await infoOf(known!);
      const { sha256 } = original.tables[0]!;
      const rows = readFileSync(known!, 'utf8').trim().split('\n');
      const table = Int32Array.from(rows.join(' ').split(/\s+/), Number);
      const multiplier = { name: 'x', activation: 'int8', weight: 'int8', bits: 8, table, sha256 } as const;
      const path = join(folder, 'renamed.h');
      writeFileSync(path, encodeTable(transpose(multiplier), { format: 'c' }));
      const { tables } = await infoOf(path);
      const { known: found, reading } = tables[0]!;
      assert.equal(found?.names[0]?.name, 'mul8s_1KVL');
      assert.equal(found?.transposed, true);
      assert.deepEqual(found?.operands, ['A', 'B']);
      assert.equal(found?.cost?.powerMilliwatt, 0.289);
      assert.equal(found?.cost?.relativePower?.exact, 'mul8s_1KV8');
      assert.deepEqual(
        [reading.orientation, reading.format, reading.rowOrder],
        ['catalogue', 'c', '0…127,-128…-1'],
      );
      const text = await approxtorch(['lut', 'info', path]);
      assert.match(text.stdout, /mul8s_1KVL of EvoApproxLib .*with the operands exchanged/);
      assert.match(text.stdout, /activations are operand B, weights operand A of the circuit/);
    },
  );

  test('lists a folder, with the reasons of files that are no tables', async () => {
    const tables = join(folder, 'tables');
    mkdirSync(tables);
    const options = { activation: 'uint8', weight: 'uint8', signMagnitude: false } as const;
    for (const k of [3, 4]) {
      const multiplier = generateMultiplier('drum', { ...options, bits: k + 2, parameters: { k } });
      writeFileSync(join(tables, `drum${k}.npy`), encodeTable(multiplier, { format: 'npy' }));
    }
    writeFileSync(join(tables, 'broken.txt'), '1 2 three');
    writeFileSync(join(tables, 'notes.md'), 'no table');
    const { stdout, stderr, code } = await approxtorch(['lut', 'info', tables]);
    assert.equal(code, 0);
    assert.equal(stderr, '');
    assert.match(stdout, /^drum3 +uint8×uint8, 5 bits/m);
    assert.match(stdout, /^drum4 +uint8×uint8, 6 bits/m);
    assert.match(stdout, /broken\.txt:1: expected an integer, got 'three'/);
    assert.doesNotMatch(stdout, /notes/);
  });

  test('weights errors by the operands of a network', async () => {
    const hist = join(folder, 'lenet.hist.json');
    const model = packagePath('models', 'lenet-digits.onnx');
    const counted = await approxtorch([
      'inspect',
      model,
      '--data',
      'synthetic-digits',
      '--limit',
      '20',
      '--calibrate',
      '20',
      '--histograms',
      hist,
    ]);
    assert.equal(counted.code, 0, counted.stderr);
    const { tables } = await infoOf(drum, '--weights', hist);
    const { metrics, weighted } = tables[0]!;
    assert.ok(weighted!.metrics.mae > 0 && weighted!.metrics.mae < metrics.mae);
    const { stdout } = await approxtorch(['lut', 'info', drum, '--weights', hist]);
    assert.match(stdout, /uniform +weighted$/m);
    const refused = await approxtorch([
      'lut',
      'info',
      packagePath('luts', 'exact_uint8.txt'),
      '--weights',
      hist,
    ]);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /counts int8 operands, but exact_uint8 multiplies uint8; .*--types uint8/);
  });

  const refused: [string, string[], RegExp][] = [
    ['no file', [], /missing required argument 'files'/],
    ['a missing file', ['none.txt'], /none\.txt: cannot read it: no such file/],
    ['an empty folder', [join(folder, 'empty')], /empty: holds no tables; expected files named \*\.txt/],
    ['wrong types', [drum, '--types', 'int16'], /--types.*Allowed choices are auto, int8/],
    ['a wrong order', [drum, '--order', 'up'], /--order: 'up', expected aw or wa/],
    ['two orientations', [drum, '--order', 'aw,wa'], /--order: 'aw,wa', expected/],
    ['an unknown flag', [drum, '--weight', 'x'], /unknown option '--weight'.*--weights/],
    ['its own input as output', [drum, '-o', drum], /--output: .* is read by this command too/],
  ];
  mkdirSync(join(folder, 'empty'));
  for (const [what, args, message] of refused) {
    test(`${what} is refused in one line`, async () => {
      const { stdout, stderr, code } = await approxtorch(['lut', 'info', ...args]);
      assert.equal(stdout, '');
      assert.equal(code, 2);
      assert.match(stderr, message);
      assert.equal(stderr.trim().split('\n').length, 1);
    });
  }
});
