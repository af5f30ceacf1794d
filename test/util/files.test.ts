import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { checkWritable, readInput, writeAtomically } from '../../src/util/files.js';
import { userError } from '../support/errors.js';
import { temporaryFolder } from '../support/temporary.js';

describe('files', () => {
  const folder = temporaryFolder();
  const path = (...names: string[]) => join(folder, ...names);

  test('readInput reads bytes and reports what it cannot read', async () => {
    writeFileSync(path('data'), 'abc');
    assert.equal((await readInput(path('data'))).toString(), 'abc');
    await assert.rejects(readInput(path('absent')), userError(/absent: cannot read it: no such file/));
    await assert.rejects(readInput(folder), userError(/is a directory, expected a file/));
    await assert.rejects(readInput(path('data', 'x')), userError(/not a directory/));
    await assert.rejects(readInput('/dev/zero'), userError(/not a regular file/));
    await assert.rejects(readInput('a\0b'), userError(/not a file name/));
    await assert.rejects(readInput(''), userError(/not a file name/));
  });

  test('readInput reports a file without permission', {
    skip: process.getuid?.() === 0 && 'root reads all',
  }, async () => {
    writeFileSync(path('secret'), 'abc');
    chmodSync(path('secret'), 0o000);
    await assert.rejects(readInput(path('secret')), userError(/permission denied/));
  });

  test('checkWritable leaves no trace and names what is wrong', async () => {
    const before = readdirSync(folder);
    await checkWritable(path('new.json'));
    assert.deepEqual(readdirSync(folder), before);
    await assert.rejects(checkWritable(path('no', 'where.json')), userError(/folder .*no does not exist/));
    await assert.rejects(checkWritable(folder), userError(/is a directory/));
    await assert.rejects(checkWritable(path('data', 'x')), userError(/not a directory/));
  });

  test('writeAtomically replaces content, keeps the mode and follows links', async () => {
    writeFileSync(path('target'), 'old', { mode: 0o640 });
    symlinkSync('target', path('link'));
    await writeAtomically(path('link'), 'new');
    assert.equal(readFileSync(path('target'), 'utf8'), 'new');
    assert.equal(statSync(path('target')).mode & 0o777, 0o640);
    await writeAtomically(path('fresh'), new Uint8Array([1, 2]));
    assert.deepEqual([...readFileSync(path('fresh'))], [1, 2]);
    await writeAtomically('/dev/null', 'x');
    assert.ok(statSync('/dev/null').isCharacterDevice());
    assert.ok(readdirSync(folder).every((name) => !name.endsWith('.tmp')));
  });

  test('writeAtomically leaves nothing behind where it fails', async () => {
    mkdirSync(path('sub'));
    await assert.rejects(writeAtomically(path('sub'), 'x'), userError(/is a directory/));
    await assert.rejects(writeAtomically(path('sub', 'no', 'file'), 'x'), userError(/does not exist/));
    assert.deepEqual(readdirSync(path('sub')), []);
  });
});
