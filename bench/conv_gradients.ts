import { loadAddon } from '../src/engine/addon.js';
import type { GradientTimes } from './conv_gradients_worker.js';
import { inProcess } from './measure.js';

const BATCH = 128;

/**
 * The gradients of ResNet-20's convolutions by their inputs and weights, batch 128, approximate layers and float
 * ones, and the float layers forward: milliseconds of the whole network, the fastest of several runs of each layer.
 */
export async function benchConvGradients(): Promise<void> {
  const isas = loadAddon()
    .cpuInfo()
    .isas.filter((isa) => isa !== 'scalar');
  for (const isa of isas) {
    for (const threads of [1, 2]) {
      const { seconds, byLayer } = inProcess<GradientTimes>(
        './conv_gradients_worker.js',
        [String(BATCH), String(threads)],
        { APPROXTORCH_ISA: isa },
      );
      const sums = Object.entries(seconds).map(([type, time]) => `${type} ${(time * 1e3).toFixed(1)}`);
      process.stdout.write(`  ${isa}, ${threads} thread${threads > 1 ? 's' : ''}: ${sums.join(', ')} ms\n`);
      for (const [layer, times] of Object.entries(byLayer)) {
        const each = Object.entries(times).map(([type, time]) => `${type} ${(time * 1e3).toFixed(2)}`);
        process.stdout.write(`    ${layer.padEnd(26)} ${each.join(', ')}\n`);
      }
    }
  }
}
