import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { didYouMean, editDistance, nearestNames } from '../../src/util/suggest.js';

describe('suggestions', () => {
  test('edit distance', () => {
    const cases: [string, string, number][] = [
      ['', '', 0],
      ['', 'abc', 3],
      ['kitten', 'sitting', 3],
      ['mean', 'maen', 1],
      ['ab', 'ba', 1],
      ['ca', 'abc', 3],
    ];
    for (const [a, b, distance] of cases) {
      assert.equal(editDistance(a, b), distance, `${a} ${b}`);
      assert.equal(editDistance(b, a), distance, `${b} ${a}`);
    }
  });

  test('the nearest comes first, far ones are left out', () => {
    assert.deepEqual(nearestNames('cifra10', ['mnist', 'cifar100', 'cifar10']), ['cifar10', 'cifar100']);
    assert.deepEqual(nearestNames('conv', ['/layer1/conv1/Conv', 'relu']), ['/layer1/conv1/Conv']);
    assert.deepEqual(nearestNames('zzz', ['mean', 'std']), []);
  });

  test('text for an error message', () => {
    assert.equal(didYouMean('scael', ['scale', 'mean']), '; did you mean "scale"?');
    assert.equal(
      didYouMean('conv', ['conv1', 'conv2', 'conv3']),
      '; did you mean "conv1", "conv2" or "conv3"?',
    );
    assert.equal(didYouMean('zzz', ['mean']), '');
  });

  test('very long names take no time', () => {
    assert.deepEqual(nearestNames('a'.repeat(1e6), ['b'.repeat(1e6)]), []);
  });
});
