/** `npm run bench:gpu [NAME…]`: figures of the CUDA engine on this machine's first GPU. */
import { cudaStatus, whyNoCudaDevice } from '../../src/engine/cuda.js';
import { benchEvaluation } from './evaluation.js';
import { benchKernels } from './kernels.js';
import { benchTraining } from './training.js';

const benchmarks: Readonly<Record<string, () => Promise<void> | void>> = {
  kernels: benchKernels,
  evaluation: benchEvaluation,
  training: benchTraining,
};

const why = whyNoCudaDevice(0);
if (why !== null) {
  process.stderr.write(`bench:gpu: ${why}\n`);
  process.exit(3);
}
const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !(name in benchmarks));
if (unknown !== undefined) {
  process.stderr.write(`no benchmark '${unknown}'; there are: ${Object.keys(benchmarks).join(', ')}\n`);
  process.exit(2);
}
const { devices, driverVersion, runtimeVersion } = cudaStatus();
process.stdout.write(`${devices[0]?.name}, CUDA ${runtimeVersion}, driver for ${driverVersion}\n`);
for (const [name, run] of Object.entries(benchmarks)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  process.stdout.write(`\n${name}\n`);
  await run();
}
