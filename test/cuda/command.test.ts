import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { packagePath } from '../../src/util/paths.js';
import { approxtorch } from '../cli/spawn.js';
import { needsCudaDevice } from '../support/cuda_device.js';

const model = packagePath('models', 'lenet-digits.onnx');
const lut = packagePath('luts', 'drum2_int8.txt');
const few = ['--limit', '8', '--calibrate', '4', '--batch', '4'];

describe('the command on CUDA', needsCudaDevice, () => {
  test('auto takes the device and says which, the report too', async () => {
    const { stdout, stderr, code } = await approxtorch(['eval', model, '--lut', lut, ...few]);
    assert.equal(code, 0);
    assert.match(stderr, /^approxtorch: running on cuda:0: ./m);
    assert.match(stdout, /^cuda:0 .* · /m);
  });

  test('a device that is not there gives exit code 3 and one line', async () => {
    for (const flags of [
      ['--device', 'cuda:99'],
      ['--devices', '0,99'],
    ]) {
      const { stdout, stderr, code } = await approxtorch(['eval', model, '--lut', lut, ...flags]);
      assert.deepEqual([code, stdout], [3, '']);
      assert.match(stderr, /^approxtorch: --devices? \P{Cc}*there is no CUDA device 99\P{Cc}*\n$/u);
    }
  });

  test('--kernel is what runs in every layer', async () => {
    const args = ['eval', model, '--lut', lut, ...few, '--device', 'cuda', '--baselines', 'none'];
    const { stdout } = await approxtorch([...args, '--kernel', 'gather', '--format', 'json']);
    const { layers } = JSON.parse(stdout) as { layers: { kernel: string }[] };
    assert.deepEqual(new Set(layers.map(({ kernel }) => kernel)), new Set(['gather']));
    const unknown = await approxtorch([...args, '--kernel', 'fast']);
    assert.equal(unknown.code, 2);
    assert.match(unknown.stderr, /no such family of kernels, expected .*gather/);
  });

  test('--devices all equals one device', async () => {
    const args = ['eval', model, '--lut', lut, ...few, '--format', 'json', '--quiet'];
    const [all, one] = await Promise.all(
      [
        ['--devices', 'all'],
        ['--device', 'cuda'],
      ].map(async (flags) => JSON.parse((await approxtorch([...args, ...flags])).stdout)),
    );
    assert.equal(all.results.approx.correct, one.results.approx.correct);
    assert.equal(all.results.approx.loss, one.results.approx.loss);
  });

  test('bench gives on CUDA what it gives on the CPU', async () => {
    const luts = ['--luts', lut, '--luts', packagePath('luts', 'mitchell_int8.txt')];
    const args = ['bench', '--model', model, ...luts, '--limit', '8', '--batch', '4', '--format', 'json'];
    const [cuda, cpu] = await Promise.all(
      ['cuda', 'cpu'].map(async (device) =>
        JSON.parse((await approxtorch([...args, '--device', device])).stdout),
      ),
    );
    const figures = (report: typeof cuda) =>
      report.entries.map(({ id, float, exact, approx }: Record<string, { correct: number }>) => [
        id,
        ...[float, exact, approx].map((one) => one?.correct),
      ]);
    assert.deepEqual(figures(cuda), figures(cpu));
    assert.equal(cuda.environment.device, 'cuda');
    assert.match(cuda.environment.gpus[0], /^cuda:0 ./);
  });
});
