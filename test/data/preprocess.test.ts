import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { loadPreprocess, parsePreprocess, presetNames } from '../../src/data/preprocess.js';
import { userError } from '../support/errors.js';
import { temporaryFolder } from '../support/temporary.js';

describe('preprocessing settings', () => {
  const folder = temporaryFolder();
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  test('the presets', async () => {
    assert.deepEqual(await presetNames(), [
      'cifar10',
      'cifar10-imagenet-stats',
      'cifar10-unit',
      'imagenet',
      'mnist',
      'mnist-unit',
      'synthetic-digits',
    ]);
    for (const name of await presetNames()) assert.equal((await loadPreprocess(name)).scale, 1 / 255);
    assert.deepEqual(await loadPreprocess('mnist'), {
      scale: 1 / 255,
      mean: [0.1307],
      std: [0.3081],
      layout: 'nchw',
    });
    const imagenet = await loadPreprocess('imagenet');
    assert.deepEqual([imagenet.resize, imagenet.crop, imagenet.mean], [256, 224, [0.485, 0.456, 0.406]]);
  });

  test('augmentation: CIFAR shifted and mirrored, photographs mirrored, digits as they are', async () => {
    const presets = await Promise.all((await presetNames()).map((name) => loadPreprocess(name)));
    const moved = { pad: 4, flip: true };
    const mirrored = { pad: 0, flip: true };
    assert.deepEqual(
      presets.map(({ augment }) => augment),
      [moved, moved, moved, mirrored, undefined, undefined, undefined],
    );
    assert.throws(() => parsePreprocess({ augment: { pad: -1 } }, 'm'), userError(/m: augment\.pad: /));
    assert.throws(
      () => parsePreprocess({ augment: { flop: true } }, 'm'),
      userError(/m: unknown setting "augment\.flop"; did you mean "flip"/),
    );
  });

  test('files, YAML or JSON, with defaults', async () => {
    assert.deepEqual(await loadPreprocess(file('a.json', '{"scale": 2, "mean": 3, "crop": [4, 5]}')), {
      scale: 2,
      mean: [3],
      std: [1],
      layout: 'nchw',
      crop: [4, 5],
    });
    assert.equal((await loadPreprocess(file('b.yaml', 'layout: nhwc\nchannels: 1\n'))).channels, 1);
  });

  test('faults say what and where', async () => {
    await assert.rejects(
      loadPreprocess('cifra10'),
      userError(/no such preset or file; did you mean "cifar10"/),
    );
    await assert.rejects(loadPreprocess(join(folder, 'no.yaml')), userError(/no\.yaml: cannot read it/));
    await assert.rejects(
      loadPreprocess(file('c.yaml', 'maen: 1')),
      userError(/c\.yaml: unknown setting "maen"; did you mean "mean"/),
    );
    await assert.rejects(
      loadPreprocess(file('d.yaml', 'std: [1, 0]')),
      userError(/d\.yaml: std\.1: must not be 0/),
    );
    await assert.rejects(loadPreprocess(file('e.yaml', 'layout: hwc')), userError(/layout/));
    await assert.rejects(loadPreprocess(file('f.yaml', 'resize: -1')), userError(/resize: Too small/));
    await assert.rejects(
      loadPreprocess(file('j.yaml', 'resize: big')),
      userError(/resize: expected a number of pixels/),
    );
    await assert.rejects(loadPreprocess(file('g.yaml', 'a: [1')), userError(/g\.yaml: not YAML or JSON/));
    await assert.rejects(loadPreprocess(file('h.yaml', '')), userError(/h\.yaml: expected settings/));
    await assert.rejects(
      loadPreprocess(file('i.yaml', 'channels: 2')),
      userError(/expected 1 \(grey\) or 3/),
    );
    assert.throws(() => parsePreprocess({ scale: Number.NaN }, 'metadata'), userError(/^metadata: scale/));
  });
});
