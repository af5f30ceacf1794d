/** `npm run bench [NAME…]`: prints ratios, both sides in one run. */
import { arch, cpus } from 'node:os';
import { loadAddon } from '../src/engine/addon.js';
import { benchCalibrators } from './calibrators.js';
import { benchConvGradients } from './conv_gradients.js';
import { benchDenseGradients } from './dense_gradients.js';
import { benchLutGemm } from './lut_gemm.js';
import { benchLutToolkit } from './lut_toolkit.js';
import { benchResNet } from './resnet20.js';
import { benchStartUp } from './start_up.js';
import { benchTraining } from './training.js';

const benchmarks: Readonly<Record<string, () => Promise<void>>> = {
  'lut-gemm': benchLutGemm,
  resnet20: benchResNet,
  training: benchTraining,
  'conv-gradients': benchConvGradients,
  'dense-gradients': benchDenseGradients,
  calibrators: benchCalibrators,
  'lut-toolkit': benchLutToolkit,
  'start-up': benchStartUp,
};

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !(name in benchmarks));
if (unknown !== undefined) {
  process.stderr.write(`no benchmark '${unknown}'; there are: ${Object.keys(benchmarks).join(', ')}\n`);
  process.exit(2);
}
const { isas, threads } = loadAddon().cpuInfo();
process.stdout.write(`${cpus()[0]?.model.trim()} (${arch()}), ${threads} threads, ISAs: ${isas.join(' ')}\n`);
for (const [name, run] of Object.entries(benchmarks)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  process.stdout.write(`\n${name}\n`);
  await run();
}
