import { loadAddon } from '../src/engine/addon.js';
import { inProcess, median } from './measure.js';

/** Giga-lookups per second of one kernel, several runs. */
interface Rates {
  readonly kernel: string;
  readonly rates: readonly number[];
}

/**
 * LUT-GEMM alone: M = 3072 positions, N = 64 outputs, K = 576, random codes and weights; each ISA against the
 * scalar reference, processes in turn.
 */
export async function benchLutGemm(): Promise<void> {
  const isas = loadAddon().cpuInfo().isas;
  for (const codes of ['all codes', 'codes ≥ 0']) {
    for (const threads of [1, 2]) {
      const rates = new Map<string, number[]>();
      const kernels = new Map<string, string>();
      for (let round = 0; round < 3; round++) {
        for (const isa of isas) {
          const args = [String(threads), codes === 'codes ≥ 0' ? 'half' : 'full'];
          const result = inProcess<Rates>('./lut_gemm_worker.js', args, { APPROXTORCH_ISA: isa });
          kernels.set(isa, result.kernel);
          rates.set(isa, [...(rates.get(isa) ?? []), ...result.rates]);
        }
      }
      const scalar = median(rates.get('scalar') as number[]);
      for (const isa of isas) {
        const rate = median(rates.get(isa) as number[]);
        const kernel = `${isa} ${kernels.get(isa)}`.padEnd(24);
        const figures = `${rate.toFixed(1).padStart(6)} G lookups/s  ${(rate / scalar).toFixed(1).padStart(5)} × scalar`;
        process.stdout.write(
          `  ${codes.padEnd(10)} ${threads} thread${threads > 1 ? 's' : ' '}  ${kernel} ${figures}\n`,
        );
      }
    }
  }
}
