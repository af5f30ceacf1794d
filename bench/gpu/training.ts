import { availableParallelism } from 'node:os';
import { median } from '../measure.js';
import { ESTIMATORS, profileByType, trainingSetup } from '../training_setup.js';
import { realData } from './real_data.js';

const BATCH = 128;
const WARM_UPS = 5;
const STEPS = 100;

/** Whole training steps of ResNet-20 at batch 128 with each estimator, from images on the host, and what they consist of. */
export async function benchTraining(): Promise<void> {
  const files = realData('resnet20-cifar10-akamaster.bn.op17.onnx');
  if (files === undefined) return;
  const engine = { threads: availableParallelism(), device: { kind: 'cuda', index: 0 } } as const;
  const setup = await trainingSetup(files.model, files.data, files.table, BATCH, engine);
  for (const estimator of ESTIMATORS) {
    const network = await setup.open(estimator);
    const seconds: number[] = [];
    for (let i = 0; i < WARM_UPS + STEPS; i++) {
      const start = performance.now();
      await network.run(setup.steps[i % setup.steps.length]);
      if (i >= WARM_UPS) seconds.push((performance.now() - start) / 1000);
    }
    const step = median(seconds);
    process.stdout.write(
      `  ${estimator.padEnd(10)} ${(step * 1e3).toFixed(2)} ms per step, ${Math.round(BATCH / step)} images/s\n`,
    );
    const profile = Object.entries(profileByType(network, WARM_UPS + STEPS)).sort(([, a], [, b]) => b - a);
    const parts = profile.slice(0, 8).map(([type, ms]) => `${type} ${ms.toFixed(2)}`);
    process.stdout.write(`             on the device, ms: ${parts.join(', ')}\n`);
    network.release();
  }
}
