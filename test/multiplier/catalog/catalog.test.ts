import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { knownMultipliers, recognize } from '../../../src/multiplier/catalog/catalog.js';
import { createMultiplier, exactMultiplier } from '../../../src/multiplier/create.js';
import { loadMultiplier } from '../../../src/multiplier/load.js';
import { packagePath } from '../../../src/util/paths.js';
import { needs } from '../../support/shared.js';
import { temporaryFolder } from '../../support/temporary.js';
import { assertFigures } from '../published_figures.js';
import { rawFile } from '../table_files.js';
import { lutsFolder, realTables, rearrange, toText, transpose, twosComplement } from '../tables.js';

const folder = temporaryFolder();
const nameOf = ({ names }: { names: readonly { readonly name: string }[] }) => names[0]!.name;
const known = new Map(knownMultipliers().map((entry) => [nameOf(entry), entry]));

describe('the catalog of known multipliers', () => {
  test('has an entry for each, and each table once', () => {
    assert.equal(known.size, knownMultipliers().length);
    const hashes = knownMultipliers().flatMap(({ sha256 }) => sha256 ?? []);
    assert.equal(new Set(hashes).size, hashes.length);
    assert.ok(hashes.every((hash) => /^[0-9a-f]{64}$/.test(hash)));
  });

  test('has the hashes and the figures of the real tables, and no other hashes', needs(lutsFolder), () => {
    const tables = new Map(realTables().map((table) => [table.name, table]));
    let compared = 0;
    for (const { sha256, figures, names, activation, weight, bits } of knownMultipliers()) {
      if (names[0]!.library === 'approxtorch') continue;
      const table = tables.get(names[0]!.name);
      if (table === undefined) {
        assert.equal(sha256, null, names[0]!.name);
        continue;
      }
      const multiplier = createMultiplier(table.name, table.type, table.type, 8, table.values);
      assert.deepEqual([activation, weight, bits], [table.type, table.type, 8]);
      assert.equal(sha256, multiplier.sha256, table.name);
      assertFigures(multiplier, figures!);
      compared++;
    }
    assert.equal(compared, 20);
  });

  test('has the hashes of the tables that ship', async () => {
    const shipped = readdirSync(packagePath('luts')).filter((file) => file.endsWith('.txt'));
    assert.ok(shipped.length > 4);
    for (const file of shipped) {
      const { multiplier } = await loadMultiplier(packagePath('luts', file), { order: 'aw' });
      const found = recognize(multiplier);
      // The exact ones are published multipliers.
      const exact = { 'exact_int8.txt': 'mul8s_1KV8', 'exact_uint8.txt': 'mul8u_1JFF' }[file];
      assert.equal(nameOf(found!.known), exact ?? file.replace('.txt', ''));
      assert.equal(found!.transposed, false);
    }
  });

  test('is what the script makes', needs(lutsFolder), () => {
    const made = join(folder, 'catalog.json');
    execFileSync(process.execPath, [packagePath('scripts', 'make_catalog.mjs'), lutsFolder!, made]);
    assert.equal(readFileSync(made, 'utf8'), readFileSync(packagePath('luts', 'catalog.json'), 'utf8'));
  });
});

describe('a table is recognised', () => {
  test(
    'under another name, in another order, in another format, with its axes exchanged',
    needs(lutsFolder),
    async () => {
      const lopsided = realTables().filter(({ values }) =>
        transpose(values).some((value, i) => value !== values[i]),
      );
      for (const { name, type, values } of lopsided.slice(-5)) {
        const position = type === 'int8' ? twosComplement : (i: number) => i;
        const reordered = rearrange(values, position, position);
        const files: [string, string | Buffer, boolean][] = [
          ['renamed.txt', toText(values), false],
          ['reordered.bin', rawFile(reordered, 2), false],
          ['exchanged.txt', toText(transpose(values)), true],
          ['exchanged.bin', rawFile(transpose(reordered), 2), true],
        ];
        for (const [file, content, transposed] of files) {
          writeFileSync(join(folder, file), content);
          const { multiplier } = await loadMultiplier(join(folder, file), { order: 'aw' });
          const found = recognize(multiplier);
          assert.equal(found && nameOf(found.known), name, file);
          assert.equal(found!.transposed, transposed, `${name}, ${file}`);
        }
      }
    },
  );

  test('not where an entry differs, or the operands', () => {
    const { table } = exactMultiplier('int8', 'int8');
    assert.ok(recognize(createMultiplier('x', 'int8', 'int8', 8, table)));
    assert.equal(recognize(createMultiplier('mul8s_1KV8', 'int8', 'int8', 8, table.with(0, 0))), undefined);
    assert.equal(recognize(createMultiplier('x', 'uint8', 'uint8', 8, table)), undefined);
    assert.equal(recognize(exactMultiplier('int8', 'int8', 4)), undefined);
  });

  test('with exchanged axes only where that makes a difference', () => {
    assert.equal(recognize(exactMultiplier('uint8', 'uint8'))!.transposed, false);
  });
});
