/** The committed goldens are what the reference computes today. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { packagePath } from '../../src/util/paths.js';
import { needs, sharedData } from '../support/shared.js';
import { makeGolden } from './golden.js';
import { realSpecs, syntheticModelFile, syntheticModelSeed, syntheticSpecs } from './specs.js';
import { syntheticModel } from './synthetic.js';

const folder = packagePath('test', 'fixtures', 'goldens');

function committed(name: string): unknown {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
}

describe('reference: committed goldens', () => {
  test('the synthetic model is the one that its seed gives', () => {
    assert.deepEqual(readFileSync(join(folder, syntheticModelFile)), syntheticModel(syntheticModelSeed));
  });

  for (const spec of syntheticSpecs)
    test(spec.name, () => {
      const golden = makeGolden(spec, { data: '', goldens: folder });
      // Through JSON, which knows no −0.
      assert.deepEqual(JSON.parse(JSON.stringify(golden)), committed(spec.name));
    });

  const data = sharedData();
  for (const name of ['lenet5-mul8s_1KVL', 'lenet5-mul8u_2HH'])
    test(name, needs(data), () => {
      const spec = realSpecs.find((candidate) => candidate.name === name)!;
      const golden = makeGolden(spec, { data: data!, goldens: folder });
      assert.deepEqual(JSON.parse(JSON.stringify(golden)), committed(name));
    });

  test('there is one file for every spec, each of at most 100 kB', () => {
    const names = [...syntheticSpecs, ...realSpecs].map((spec) => `${spec.name}.json`).sort();
    const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
    assert.deepEqual(files.sort(), names);
    for (const file of files) assert.ok(statSync(join(folder, file)).size <= 100_000, file);
  });
});
