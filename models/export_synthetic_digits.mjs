// Writes the splits of synthetic-digits as .npy files: node models/export_synthetic_digits.mjs FOLDER
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openDataset } from '../dist/src/data/open.js';
import { writeAtomically } from '../dist/src/util/files.js';
import { encodeNpy } from '../dist/src/util/npy.js';

const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: node models/export_synthetic_digits.mjs FOLDER');
await mkdir(folder, { recursive: true });
for (const split of ['train', 'test']) {
  const dataset = await openDataset('synthetic-digits', { split });
  const { pixels, shape, labels } = await dataset.read(0, dataset.length);
  await writeAtomically(join(folder, `x_${split}.npy`), encodeNpy([dataset.length, ...shape], pixels));
  await writeAtomically(join(folder, `y_${split}.npy`), encodeNpy([dataset.length], labels));
}
