import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import sharp from 'sharp';
import { type BoundModel, bindModel, loadModel } from '../../src/eval/model.js';
import { type FinetuneData, openFinetuneData } from '../../src/train/finetune_data.js';
import type { FinetuneSettings } from '../../src/train/settings.js';
import { encodeNpy } from '../../src/util/npy.js';
import { userError } from '../support/errors.js';
import { temporaryFolder } from '../support/temporary.js';
import { finetuneSettings, writeImages, writePerceptron } from './finetune_fixture.js';

const root = temporaryFolder();
const path = (...names: string[]) => join(root, ...names);
let bound: BoundModel;

before(async () => {
  for (const name of ['both', 'one', 'other']) mkdirSync(path(name));
  writeImages(path('both'), 50, 20);
  writeImages(path('one'), 0, 50);
  writeImages(path('other'), 50, 20);
  writePerceptron(path('model.onnx'));
  bound = await bindModel(await loadModel(path('model.onnx')), 4);
});

function open(changes: Partial<FinetuneSettings>, warnings: string[] = []): Promise<FinetuneData> {
  const settings = finetuneSettings({ model: '', save: '', data: path('both'), ...changes });
  return openFinetuneData(settings, bound, (message) => warnings.push(message));
}

describe('the images of a training', () => {
  test('are those of the train split, without what is held out', async () => {
    const data = await open({ valSplit: 0.2 });
    assert.deepEqual([data.images.split, data.test.split, data.shared], ['train', 'test', false]);
    assert.deepEqual([data.training.length, data.validation?.length, data.test.length], [40, 10, 20]);
    const heldOut = await data.validation!.read(0, 10);
    for (const index of data.training) {
      const { pixels } = await data.images.read(index, 1);
      for (let i = 0; i < 10; i++) {
        assert.notDeepEqual(pixels, heldOut.pixels.subarray(36 * i, 36 * (i + 1)));
      }
    }
    assert.equal((await open({ valSplit: 0 })).validation, undefined);
    assert.equal((await open({ valSplit: 0, limit: 7 })).training.length, 7);
  });

  test('of a dataset of one split are held out of, with a warning', async () => {
    const warnings: string[] = [];
    const data = await open({ data: path('one'), valSplit: 0 }, warnings);
    assert.deepEqual([data.training.length, data.test.length, data.validation], [45, 5, undefined]);
    assert.match(warnings.join(), /5 of its 50 images are held out/);
    const validated = await open({ data: path('one'), valSplit: 0.2 });
    assert.deepEqual([validated.validation?.length, validated.test.length], [10, 10]);
  });

  test('are told apart by their content', async () => {
    const [one, same, fewer, other] = await Promise.all([
      open({}),
      open({ data: path('other'), valSplit: 0.5, seed: 9 }),
      open({ limit: 49 }),
      open({ data: path('one') }),
    ]);
    assert.equal(one.sha256, same.sha256);
    assert.equal(new Set([one, fewer, other].map(({ sha256 }) => sha256)).size, 3);
  });

  test('augmentation comes from the preset', async () => {
    const moved = { pad: 4, flip: true };
    assert.equal((await open({})).augment, undefined);
    assert.deepEqual((await open({ preprocess: 'cifar10-unit' })).augment, moved);
    assert.equal((await open({ preprocess: 'cifar10-unit', augment: 'none' })).augment, undefined);
  });

  test('in files are decoded when needed, and brought to the size of the model', async () => {
    for (const [split, names] of [
      ['train', ['a', 'b', 'c']],
      ['val', ['a']],
    ] as const) {
      for (const label of ['x', 'y']) {
        mkdirSync(path('photos', split, label), { recursive: true });
        for (const [i, name] of names.entries()) {
          const image = sharp({
            create: { width: 8 + i, height: 9, channels: 3, background: { r: 40 * i, g: 0, b: 9 } },
          });
          writeFileSync(path('photos', split, label, `${name}.png`), await image.png().toBuffer());
        }
      }
    }
    const data = await open({ data: path('photos'), valSplit: 0 });
    assert.deepEqual([data.images.kind, data.training.length, data.test.length], ['folder', 6, 2]);
    assert.deepEqual((await data.images.read(5, 1, { resize: [6, 6] })).shape, [6, 6, 3]);
    assert.notEqual(data.sha256, (await open({ data: path('photos'), limit: 5, valSplit: 0 })).sha256);
  });

  test('that are none, too few, or of other classes', async () => {
    await assert.rejects(open({ data: undefined }), userError(/no images to train on: .*give --data/));
    await assert.rejects(open({ limit: 1, valSplit: 0.5 }), userError(/has 1 training image, too few/));
    writeFileSync(path('other', 'y_train.npy'), encodeNpy([50], new Int32Array(50).fill(3)));
    await assert.rejects(
      open({ data: path('other') }),
      userError(/has 4 classes .*the model gives 3 scores/),
    );
  });
});
