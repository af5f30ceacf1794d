import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { CheckpointFolder, openCheckpoint } from '../../src/train/checkpoint.js';
import { decodeCheckpoint, encodeCheckpoint } from '../../src/train/checkpoint_format.js';
import { UserError } from '../../src/util/errors.js';
import { writeAtomically } from '../../src/util/files.js';
import { Random } from '../../src/util/random.js';
import { userError } from '../support/errors.js';
import { mutate } from '../support/mutate.js';
import { fc } from '../support/property.js';
import { temporaryFolder } from '../support/temporary.js';
import { checkpointOf, progress } from './checkpoint_fixture.js';

const root = temporaryFolder();
let folders = 0;
const fresh = (write?: typeof writeAtomically) =>
  new CheckpointFolder(join(root, `${folders++}`, 'run'), write);
const options = { resume: true, epochs: 3 };

describe('a checkpoint', () => {
  test('gives everything back to the bit', () => {
    const checkpoint = checkpointOf();
    assert.deepEqual(decodeCheckpoint(encodeCheckpoint(checkpoint), 'f'), checkpoint);
    const unaligned = new Uint8Array(encodeCheckpoint(checkpoint).length + 1).subarray(1);
    unaligned.set(encodeCheckpoint(checkpoint));
    assert.deepEqual(decodeCheckpoint(unaligned, 'f'), checkpoint);
    const young = checkpointOf({ best: null, curve: [], states: new Map() });
    assert.deepEqual(decodeCheckpoint(encodeCheckpoint(young), 'f'), young);
  });

  test('is refused where it is damaged: cut off, or one bit flipped', () => {
    const bytes = encodeCheckpoint(checkpointOf());
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
        const flipped = Buffer.from(bytes);
        flipped[at]! ^= 1 << bit;
        assert.throws(() => decodeCheckpoint(flipped, 'f'), userError(/^f: .*; remove it to begin anew/));
        assert.throws(() => decodeCheckpoint(bytes.subarray(0, at), 'f'), userError(/^f: /));
      }),
      { numRuns: 500 },
    );
    const random = new Random(1);
    for (let run = 0; run < 300; run++) {
      const mutant = mutate(bytes, random);
      if (Buffer.compare(mutant, bytes) === 0) continue;
      assert.throws(() => decodeCheckpoint(mutant, 'f'), UserError);
    }
  });

  test('of another version says so', () => {
    const bytes = encodeCheckpoint(checkpointOf());
    bytes.writeUInt32LE(2, 8);
    assert.throws(() => decodeCheckpoint(bytes, 'f'), userError(/version 2, expected 1/));
  });
});

describe('the folder of a training', () => {
  test('is made, and a checkpoint in it replaced', async () => {
    const folder = fresh();
    const { identity } = checkpointOf();
    assert.equal(await openCheckpoint(folder, identity, options), undefined);
    await folder.save(checkpointOf());
    await folder.save(checkpointOf({ trainingSeconds: 99 }));
    assert.deepEqual(readdirSync(folder.path), ['latest.ckpt']);
    assert.equal((await openCheckpoint(folder, identity, options))?.trainingSeconds, 99);
  });

  test('names what differs from the training that is to go on', async () => {
    const folder = fresh();
    await folder.prepare();
    await folder.save(checkpointOf());
    const other = { 'the model': 'cd'.repeat(32), '--lr': '0.01', '--ema': '0.9' };
    await assert.rejects(
      openCheckpoint(folder, other, options),
      userError(
        /latest\.ckpt: belongs to another training: the model was abababababab…, is cdcdcdcdcdcd…; --ema was not given, is 0\.9;/,
      ),
    );
  });

  test('is not overwritten unless its training is over', async () => {
    const folder = fresh();
    await folder.prepare();
    await folder.save(checkpointOf());
    const anew = { resume: false, epochs: 3 };
    await assert.rejects(
      openCheckpoint(folder, {}, anew),
      userError(/holds a training that has come to epoch 2; --resume continues it/),
    );
    await folder.save(checkpointOf({ position: { ...progress.position, epoch: 4 } }));
    assert.equal(await openCheckpoint(folder, {}, anew), undefined);
    writeFileSync(folder.file, 'x');
    await assert.rejects(openCheckpoint(folder, {}, anew), userError(/not a checkpoint/));
  });

  test('loses what a killed process left half written', async () => {
    const folder = fresh();
    mkdirSync(folder.path, { recursive: true });
    writeFileSync(join(folder.path, '.latest.ckpt.12345678.tmp'), 'half');
    writeFileSync(join(folder.path, 'notes.txt'), 'mine');
    await folder.prepare();
    assert.deepEqual(readdirSync(folder.path), ['notes.txt']);
  });

  test('that cannot be one is an error', async () => {
    const file = join(root, 'file');
    writeFileSync(file, '');
    await assert.rejects(
      new CheckpointFolder(file).prepare(),
      userError(/--checkpoint .*file: cannot be used/),
    );
  });

  test('on a full disk keeps the last good checkpoint', async () => {
    let full = false;
    const folder = fresh(async (path, data) => {
      if (!full) return writeAtomically(path, data);
      throw new UserError(`${path}: cannot write it: no space left`);
    });
    await folder.prepare();
    await folder.save(checkpointOf());
    const before = readFileSync(folder.file);
    full = true;
    await assert.rejects(folder.save(checkpointOf({ trainingSeconds: 99 })), userError(/no space left/));
    assert.deepEqual(readFileSync(folder.file), before);
  });

  test('says that there is no space left', {
    skip: process.platform !== 'linux' && 'needs /dev/full',
  }, async () => {
    const folder = fresh();
    await folder.prepare();
    symlinkSync('/dev/full', folder.file);
    await assert.rejects(
      folder.save(checkpointOf()),
      userError(/latest\.ckpt: cannot write it: no space left$/),
    );
  });
});
