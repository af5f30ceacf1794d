import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { test } from 'node:test';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { batches } from '../../src/data/batches.js';
import { openDataset } from '../../src/data/open.js';
import { loadPreprocess } from '../../src/data/preprocess.js';
import { packagePath } from '../../src/util/paths.js';

test('the demo model fits in 400 kB and is right on 96 to 99 % of synthetic-digits', async () => {
  const path = packagePath('models', 'lenet-digits.onnx');
  assert.ok(statSync(path).size < 400_000);
  const session = await InferenceSession.create(path, { intraOpNumThreads: 1 });
  const [dataset, preprocess] = [
    await openDataset('synthetic-digits'),
    await loadPreprocess('synthetic-digits'),
  ];
  let correct = 0;
  for await (const { count, input, labels } of batches(dataset, preprocess, { batch: 500 })) {
    const { logits } = await session.run({ image: new Tensor('float32', input, [count, 1, 28, 28]) });
    const values = logits!.data as Float32Array;
    for (let i = 0; i < count; i++) {
      const scores = [...values.subarray(i * 10, (i + 1) * 10)];
      if (scores.indexOf(Math.max(...scores)) === labels[i]) correct++;
    }
  }
  const accuracy = correct / dataset.length;
  assert.ok(accuracy > 0.96 && accuracy < 0.99, `${accuracy}`);
});
