import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorThumbnail } from '../../../src/multiplier/analysis/error_thumbnail.js';
import { analysisCases, pairsOf } from './cases.js';

test('a thumbnail holds the means of square blocks', () => {
  for (const multiplier of analysisCases()) {
    const pairs = pairsOf(multiplier);
    const errors = Float64Array.from(pairs, ({ error }) => error);
    const operands = 2 ** multiplier.bits;
    for (const most of [4, 64]) {
      const { size, means } = errorThumbnail(errors, most);
      assert.equal(size, Math.min(operands, most));
      const block = operands / size;
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) {
          let sum = 0;
          for (let y = i * block; y < (i + 1) * block; y++) {
            for (let x = j * block; x < (j + 1) * block; x++) sum += errors[y * operands + x]!;
          }
          assert.equal(means[i * size + j], sum / block ** 2, multiplier.name);
        }
      }
    }
  }
});
