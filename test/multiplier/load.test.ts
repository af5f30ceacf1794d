import assert from 'node:assert/strict';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { exactMultiplier } from '../../src/multiplier/create.js';
import { loadMultiplier } from '../../src/multiplier/load.js';
import { OPERAND_PAIRS, operandTypes } from '../../src/multiplier/operand_pair.js';
import { userError } from '../support/errors.js';
import { temporaryFolder } from '../support/temporary.js';
import { tableOf, toText } from './tables.js';

const folder = temporaryFolder();

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('loadMultiplier', () => {
  test('loads a file and names the multiplier after it', async () => {
    const path = file('mul8s_test.v2.txt', toText(tableOf((a, w) => a * w, -128, -128)));
    const { multiplier, warnings } = await loadMultiplier(path);
    assert.deepEqual(warnings, []);
    assert.equal(multiplier.name, 'mul8s_test.v2');
    assert.equal(multiplier.sha256, exactMultiplier('int8', 'int8').sha256);
  });

  test('exact has the operand types that are stated, int8 by default', async () => {
    assert.deepEqual(await loadMultiplier('exact'), {
      multiplier: exactMultiplier('int8', 'int8'),
      warnings: [],
    });
    for (const type of OPERAND_PAIRS) {
      const { activation, weight } = operandTypes(type);
      const { multiplier } = await loadMultiplier('exact', { type });
      assert.deepEqual(multiplier, exactMultiplier(activation, weight));
    }
  });

  test('refuses what is no table', async () => {
    const directory = join(folder, 'directory');
    mkdirSync(directory);
    const huge = file('huge.txt', '');
    truncateSync(huge, 100 * 2 ** 20);
    const cases: [string, RegExp][] = [
      [join(folder, 'missing.txt'), /missing\.txt: .*no such file/],
      [directory, /directory: is a directory/],
      [file('empty.txt', ''), /empty\.txt: the file holds no numbers/],
      [file('word.txt', '1 2 three'), /word\.txt:1: expected an integer, got 'three'/],
      [file('zeros.bin', new Uint8Array(131072)), /zeros\.bin: cannot tell the operand types/],
      [file('short.bin', new Uint8Array(131071)), /short\.bin: 131071 bytes, expected 131072/],
      [file('binary.txt', new Uint8Array(131071)), /binary\.txt:1: .*binary/],
      [huge, /huge\.txt: has 104857600 bytes/],
      ['/dev/zero', /not a regular file/],
    ];
    for (const [path, pattern] of cases) await assert.rejects(loadMultiplier(path), userError(pattern));
  });
});
