import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { contentKey, ResultCache } from '../../src/bench/cache.js';
import { userError } from '../support/errors.js';
import { temporaryFolder } from '../support/temporary.js';

const folder = temporaryFolder();

describe('the cache of results', () => {
  test('computes once, also across runs', async () => {
    let computed = 0;
    const compute = async () => ({ value: ++computed });
    const first = await ResultCache.open(join(folder, 'a'));
    assert.deepEqual(await first.get({ x: 1 }, compute), { result: { value: 1 }, cached: false });
    assert.deepEqual(await first.get({ x: 1 }, compute), { result: { value: 1 }, cached: true });
    const second = await ResultCache.open(join(folder, 'a'));
    assert.deepEqual(await second.get({ x: 1 }, compute), { result: { value: 1 }, cached: true });
    assert.deepEqual(await second.get({ x: 2 }, compute), { result: { value: 2 }, cached: false });
  });

  test('without a folder it lasts as long as the run', async () => {
    const cache = await ResultCache.open(undefined);
    assert.equal((await cache.get({ x: 1 }, async () => ({}))).cached, false);
    assert.equal((await cache.get({ x: 1 }, async () => ({}))).cached, true);
    assert.equal((await (await ResultCache.open(undefined)).get({ x: 1 }, async () => ({}))).cached, false);
  });

  test('a damaged file counts as absent, and is replaced', async () => {
    const path = join(folder, 'b');
    await (await ResultCache.open(path)).get({ x: 1 }, async () => ({ value: 1 }));
    const [file] = readdirSync(path) as [string];
    const whole = readFileSync(join(path, file), 'utf8');
    for (const content of [
      ...['', '{', '[]', 'null', '{"key":"other","result":{"value":3}}'],
      `{"key":"${contentKey({ x: 1 })}","result":null}`,
      whole.replace('"value":1', '"value":7'),
    ]) {
      writeFileSync(join(path, file), content);
      const { result, cached } = await (await ResultCache.open(path)).get({ x: 1 }, async () => ({
        value: 2,
      }));
      assert.deepEqual([result.value, cached], [2, false]);
    }
    assert.deepEqual(readdirSync(path), [file]);
  });

  test('what fails is not kept', async () => {
    const cache = await ResultCache.open(join(folder, 'c'));
    await assert.rejects(cache.get({ x: 1 }, () => Promise.reject(new Error('no'))));
    assert.deepEqual(readdirSync(join(folder, 'c')), []);
  });

  test('keys depend on every value', () => {
    assert.equal(contentKey({ a: 1, b: [2] }), contentKey({ a: 1, b: [2] }));
    assert.notEqual(contentKey({ a: 1, b: [2] }), contentKey({ a: 1, b: [3] }));
  });

  test('a folder that cannot be made is refused', async () => {
    writeFileSync(join(folder, 'file'), '');
    await assert.rejects(ResultCache.open(join(folder, 'file', 'x')), userError(/cannot keep results there/));
  });
});
