import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { packagePath } from '../../src/util/paths.js';

test('the reference imports its own files and Node alone', () => {
  const folder = packagePath('test', 'reference');
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  assert.ok(files.length > 10);
  for (const file of files)
    for (const [, target] of readFileSync(join(folder, file), 'utf8').matchAll(/from '([^']+)'/g))
      assert.match(target!, /^(\.\/[a-z_]+\.js|node:[a-z]+)$/, file);
});
