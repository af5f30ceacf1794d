import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatQMethod, parseQMethod } from '../../src/quant/qmethod.js';
import { userError } from '../support/errors.js';

test('every valid method survives parsing and formatting', () => {
  for (const text of [
    'static,tensor,tensor',
    'static,tensor,channel',
    'dynamic,tensor,tensor',
    'dynamic,tensor,channel',
    'dynamic,sample,tensor',
    'dynamic,sample,channel',
  ]) {
    assert.equal(formatQMethod(parseQMethod(text)), text);
  }
  assert.deepEqual(parseQMethod(' dynamic, sample ,channel'), {
    mode: 'dynamic',
    activation: 'sample',
    weight: 'channel',
  });
});

test('errors say which part is wrong and what it may be', () => {
  const cases: [string, RegExp][] = [
    ['static', /has 1 parts, expected three: static\|dynamic,tensor\|sample,tensor\|channel/],
    ['static,tensor,channel,x', /has 4 parts/],
    ['', /expected three/],
    ['statik,tensor,channel', /the mode is 'statik', expected static or dynamic/],
    ['static,channel,channel', /the activation granularity is 'channel', expected tensor or sample/],
    ['static,tensor,sample', /the weight granularity is 'sample', expected tensor or channel/],
    ['static,sample,channel', /say dynamic,sample,channel or static,tensor,channel/],
  ];
  for (const [text, pattern] of cases) assert.throws(() => parseQMethod(text), userError(pattern));
});
