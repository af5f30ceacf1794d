import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { errorMetrics } from '../../../src/multiplier/analysis/metrics.js';
import { shippedFiles } from '../../../src/multiplier/generate/shipped.js';
import { loadMultiplier } from '../../../src/multiplier/load.js';
import { packagePath } from '../../../src/util/paths.js';

test('luts/ holds what the generators make, to the byte', () => {
  const files = shippedFiles();
  assert.deepEqual(new Set(readdirSync(packagePath('luts'))), new Set([...files.keys(), 'catalog.json']));
  let bytes = 0;
  for (const [name, content] of files) {
    assert.ok(readFileSync(packagePath('luts', name), 'utf8') === content, `luts/${name} is out of date`);
    bytes += content.length;
  }
  assert.ok(bytes < 3e6, `${bytes} bytes`);
});

test('every shipped table loads without a warning, as the type in its name', async () => {
  for (const name of readdirSync(packagePath('luts')).filter((file) => file.endsWith('.txt'))) {
    const { multiplier, warnings } = await loadMultiplier(packagePath('luts', name));
    assert.deepEqual(warnings, []);
    const type = name.includes('uint8') ? 'uint8' : 'int8';
    assert.deepEqual([multiplier.activation, multiplier.weight], [type, type]);
    assert.equal(errorMetrics(multiplier).wce === 0, name.startsWith('exact'));
  }
});
