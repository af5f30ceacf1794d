import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { openDataset } from '../../src/data/open.js';
import { runEval } from '../../src/eval/run_eval.js';
import type { EvalSettings } from '../../src/eval/settings.js';
import { encodeNpy } from '../../src/util/npy.js';
import { settings } from '../support/eval_settings.js';
import { idxFile } from '../support/idx_file.js';
import { temporaryFolder } from '../support/temporary.js';
import { zipFile } from '../support/zip_file.js';

/** The same samples in every kind of dataset give the same scores. */
const folder = temporaryFolder();
const COUNT = 12;
const ranges = join(folder, 'ranges.json');
let expected: Buffer;

async function scores(changes: Partial<EvalSettings>): Promise<Buffer> {
  const file = join(folder, 'logits.npy');
  await runEval(settings({ limit: COUNT, calibration: ranges, saveLogits: file, ...changes }));
  return readFileSync(file);
}

function write(path: string, content: string | Uint8Array): void {
  const target = join(folder, path);
  mkdirSync(join(target, '..'), { recursive: true });
  writeFileSync(target, content);
}

before(async () => {
  expected = await scores({ calibration: undefined, saveCalibration: ranges });
  const digits = await openDataset('synthetic-digits');
  const { pixels, labels } = await digits.read(0, COUNT);
  const bytes = Uint8Array.from(pixels);
  write('idx/t10k-images-idx3-ubyte.gz', gzipSync(idxFile([COUNT, 28, 28], bytes)));
  write('idx/t10k-labels-idx1-ubyte', idxFile([COUNT], Uint8Array.from(labels)));
  const floats = encodeNpy([COUNT, 1, 28, 28], Float32Array.from(bytes));
  const classes = encodeNpy([COUNT], Float32Array.from(labels));
  write('npy/x_test.npy', floats);
  write('npy/y_test.npy', classes);
  write('digits.npz', zipFile({ 'x_test.npy': floats, 'y_test.npy': classes }));
  const rows = ['file,class_index'];
  for (const [i, label] of labels.entries()) {
    const name = `${String(i).padStart(3, '0')}.png`;
    const raw = { width: 28, height: 28, channels: 1 } as const;
    write(
      `images/${name}`,
      await sharp(bytes.subarray(784 * i, 784 * (i + 1)), { raw })
        .png()
        .toBuffer(),
    );
    rows.push(`${name},${label}`);
  }
  write('images/labels.csv', `${rows.join('\n')}\n`);
});

describe('kinds of data', () => {
  for (const spec of ['idx', 'npy', 'digits.npz', 'images']) {
    test(spec, async () => {
      assert.ok((await scores({ data: join(folder, spec) })).equals(expected));
    });
  }

  test('single values of the preprocessing replace those of the model', async () => {
    const data = join(folder, 'idx');
    assert.ok((await scores({ data, preprocess: 'synthetic-digits' })).equals(expected));
    for (const overrides of [{ scale: 0.003 }, { mean: [0.25] }, { std: [0.5] }, { resize: 32, crop: 28 }]) {
      assert.ok(!(await scores({ data, overrides })).equals(expected), JSON.stringify(overrides));
    }
  });

  test('limit takes the first samples', async () => {
    const header = expected.length - COUNT * 10 * 4;
    const part = await scores({ limit: 5 });
    assert.ok(part.subarray(-5 * 10 * 4).equals(expected.subarray(header, header + 5 * 10 * 4)));
  });

  test('the splits differ', async () => {
    assert.ok(!(await scores({ split: 'train' })).equals(expected));
  });
});
