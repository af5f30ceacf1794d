import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { approxtorch } from '../cli/spawn.js';
import { needs, sharedData } from '../support/shared.js';

/** A model whose batches take seconds, in onnxruntime as in the engine. */
const model = sharedData('models', 'mobilenetv2-imagenet-dequantized-fp32.onnx');
const data = sharedData('imagenet100');

describe('Ctrl-C in a slow run', needs(model, data), () => {
  for (const { delay, partial } of [
    { delay: 1500, partial: false },
    { delay: 3000, partial: false },
    { delay: 5000, partial: false },
    { delay: 7000, partial: true },
    { delay: 9000, partial: true },
  ]) {
    test(`after ${delay} ms${partial ? ', with --partial' : ''}`, async () => {
      const { stdout, code, signal, secondsAfterInterrupt } = await approxtorch(
        [
          ...[
            'eval',
            model!,
            '--lut',
            'exact',
            '--lut-type',
            'int8',
            '--data',
            data!,
            '--preprocess',
            'imagenet',
          ],
          ...['--batch', '16', '--calibrate', '100', ...(partial ? ['--partial'] : [])],
        ],
        { interruptOn: /running on cpu/, interruptDelay: delay },
      );
      assert.ok(secondsAfterInterrupt < 1, `${secondsAfterInterrupt} s`);
      assert.equal(code, 130, `${code} ${signal}`);
      if (stdout !== '') assert.match(stdout, /^PARTIAL RESULT: interrupted after [1-9]/m);
    });
  }
});
