import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { packagePath } from '../src/util/paths.js';
import { inProcess, median, ratio } from './measure.js';
import type { TrainingTimes } from './training_worker.js';

const BATCH = 128;

/**
 * Training ResNet-20 on CIFAR-10, batch 128, through an approximate multiplier: whole steps with each estimator
 * against a float step of PyTorch and onnxruntime's float inference with the same threads, in turn in one run; and
 * peak memory of the training alone. APPROXTORCH_BENCH_PROFILE=1 also prints the time of each type of op.
 */
export async function benchTraining(): Promise<void> {
  const shared = process.env.APPROXTORCH_SHARED ?? packagePath('..', 'shared');
  const files = [
    resolve(shared, 'data/models/resnet20-cifar10-akamaster.bn.op17.onnx'),
    resolve(shared, 'data/cifar10'),
    resolve(shared, 'data/luts/evoapprox-signed/mul8s_1KVL.txt'),
  ];
  if (!files.every((file) => existsSync(file))) {
    process.stdout.write('  skipped: the real data are not beside this checkout\n');
    return;
  }
  for (const threads of [1, 2]) {
    const times = inProcess<TrainingTimes>('./training_worker.js', [...files, String(threads), 'compare']);
    printTimes(times, threads);
    if (process.env.APPROXTORCH_BENCH_PROFILE) printProfile(times);
  }
  const alone = inProcess<TrainingTimes>('./training_worker.js', [...files, '2', 'alone']);
  process.stdout.write(`  peak memory of the training alone: ${alone.peakMegabytes.toFixed(0)} MB\n`);
}

function printTimes({ seconds }: TrainingTimes, threads: number): void {
  const { onnxruntime, pytorch, ...ours } = seconds;
  const ms = (values: readonly number[]) => `${(median(values) * 1e3).toFixed(0)} ms`;
  const step = pytorch === undefined ? 'no python3 here has PyTorch' : `PyTorch's float step ${ms(pytorch)}`;
  process.stdout.write(
    `  ${threads} thread${threads > 1 ? 's' : ''}: ${step}, onnxruntime's float inference ${ms(onnxruntime)}\n`,
  );
  for (const [estimator, values] of Object.entries(ours)) {
    const against = pytorch && `${ratio(values, pytorch).toFixed(2)} × PyTorch's time`;
    const rate = `${ratio(onnxruntime, values).toFixed(2)} × the images/s of onnxruntime`;
    const figures = [`${(BATCH / median(values)).toFixed(0)} images/s`, against, rate];
    const text = figures.filter((figure) => figure !== undefined).join(', ');
    process.stdout.write(`    ${estimator.padEnd(10)} ${ms(values).padStart(7)}  ${text}\n`);
  }
}

function printProfile({ profile }: TrainingTimes): void {
  for (const [estimator, byType] of Object.entries(profile)) {
    process.stdout.write(`    ${estimator}, ms per step:\n`);
    for (const [type, time] of Object.entries(byType).sort(([, a], [, b]) => b - a)) {
      process.stdout.write(`      ${type.padEnd(36)} ${time.toFixed(2).padStart(7)}\n`);
    }
  }
}
