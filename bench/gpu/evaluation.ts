import { spawnSync } from 'node:child_process';
import { packagePath } from '../../src/util/paths.js';
import { median } from '../measure.js';
import { realData } from './real_data.js';

const RUNS = 5;

interface Timing {
  readonly seconds: number;
  readonly totalSeconds: number;
}

/**
 * `approxtorch eval` of ResNet-20 on the 10 000 test images of CIFAR-10, with and without the baselines: seconds of
 * the approximate pass, of all that follows start-up, and of the process.
 */
export function benchEvaluation(): void {
  const files = realData('resnet20-cifar10-akamaster.folded.op17.onnx');
  if (files === undefined) return;
  for (const baselines of ['none', 'float,exact']) {
    const times = Array.from({ length: RUNS }, () => evaluate(files, baselines));
    const of = (key: keyof (typeof times)[0]) => `${median(times.map((time) => time[key])).toFixed(3)} s`;
    process.stdout.write(
      `  10 000 images, baselines ${baselines}: pass ${of('seconds')}, run ${of('totalSeconds')}, process ${of('wall')}\n`,
    );
  }
}

function evaluate(files: { model: string; data: string; table: string }, baselines: string) {
  const args = ['eval', files.model, '--lut', files.table, '--lut-order', 'aw', '--data', files.data];
  const options = [
    '--preprocess',
    'cifar10',
    '--baselines',
    baselines,
    '--device',
    'cuda',
    '--format',
    'json',
  ];
  const start = performance.now();
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [packagePath('bin', 'approxtorch.js'), ...args, ...options],
    { encoding: 'utf8', maxBuffer: 2 ** 26 },
  );
  if (status !== 0) throw new Error(stderr);
  const { timing } = JSON.parse(stdout) as { timing: Timing };
  return { ...timing, wall: (performance.now() - start) / 1000 };
}
