import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { packagePath } from '../src/util/paths.js';
import { inProcess, median, ratio } from './measure.js';
import type { ResNetTimes } from './resnet20_worker.js';

const BATCH = 128;

/**
 * ResNet-20 on CIFAR-10, batch 128: the approximate pass against onnxruntime's float32 run of the same model
 * with the same threads, in turn in one process; and peak memory of the approximate pass alone.
 */
export async function benchResNet(): Promise<void> {
  const shared = process.env.APPROXTORCH_SHARED ?? packagePath('..', 'shared');
  const model = resolve(shared, 'data/models/resnet20-cifar10-akamaster.folded.op17.onnx');
  const data = resolve(shared, 'data/cifar10');
  if (!existsSync(model) || !existsSync(data)) {
    process.stdout.write('  skipped: the real data are not beside this checkout\n');
    return;
  }
  for (const type of ['int8', 'uint8']) {
    const oneThread: number[] = [];
    for (const threads of [1, 2]) {
      const times = inProcess<ResNetTimes>('./resnet20_worker.js', [
        model,
        data,
        type,
        String(threads),
        'compare',
      ]);
      const against = ratio(times.approximate, times.float);
      const ours = median(times.approximate);
      if (threads === 1) oneThread.push(ours);
      const speedUp = threads === 1 ? '' : `  ${(oneThread[0] / ours).toFixed(2)} × one thread`;
      const rate = `${(BATCH / ours).toFixed(0).padStart(5)} images/s`;
      const float = `onnxruntime float32 ${(BATCH / median(times.float)).toFixed(0).padStart(5)} images/s`;
      process.stdout.write(
        `  ${type.padEnd(5)} ${threads} thread${threads > 1 ? 's' : ' '}  ${rate}, ${float}: ${against.toFixed(2)} × its time${speedUp}\n`,
      );
    }
  }
  const alone = inProcess<ResNetTimes>('./resnet20_worker.js', [model, data, 'int8', '2', 'alone']);
  process.stdout.write(`  peak memory of the approximate pass alone: ${alone.peakMegabytes.toFixed(0)} MB\n`);
}
