import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { packagePath } from '../../src/util/paths.js';

test('sharp is not loaded before an image is decoded', () => {
  const open = pathToFileURL(packagePath('dist', 'src', 'data', 'open.js')).href;
  const script = `
    const { openDataset } = await import(${JSON.stringify(open)});
    await (await openDataset('synthetic-digits')).read(0, 1, { resize: 32 });
    const { createRequire } = await import('node:module');
    const loaded = Object.keys(createRequire(${JSON.stringify(open)}).cache).filter((path) => path.includes('sharp'));
    console.log(JSON.stringify({ loaded, addons: process.report.getReport().sharedObjects.filter((path) => /sharp|vips/.test(path)) }));
  `;
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  });
  assert.deepEqual(JSON.parse(output), { loaded: [], addons: [] });
});
