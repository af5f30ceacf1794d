import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { globFiles, isGlob } from '../../src/util/glob_files.js';
import { temporaryFolder } from '../support/temporary.js';

const folder = temporaryFolder();
for (const path of ['one/a.txt', 'one/b.txt', 'one/c.bin', 'two/a.txt', '.hidden/a.txt', 'one/.b.txt']) {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), '');
}
const found = async (pattern: string) =>
  (await globFiles(join(folder, pattern))).map((path) => path.slice(folder.length + 1));

test('patterns in files and folders, sorted, hidden ones only where they are asked for', async () => {
  assert.deepEqual(await found('one/*.txt'), ['one/a.txt', 'one/b.txt']);
  assert.deepEqual(await found('*/a.*'), ['one/a.txt', 'two/a.txt']);
  assert.deepEqual(await found('one/?.bin'), ['one/c.bin']);
  assert.deepEqual(await found('one/.*'), ['one/.b.txt']);
  assert.deepEqual(await found('none/*'), []);
  assert.deepEqual(await found('one/*.none'), []);
});

test('what is a pattern', () => {
  assert.deepEqual(['a*', 'a?b', 'a[b]', 'a'].map(isGlob), [true, true, false, false]);
});
