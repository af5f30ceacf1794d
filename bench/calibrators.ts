import { CALIBRATOR_KINDS, createCalibrator } from '../src/quant/calibrators/create.js';
import { Random } from '../src/util/random.js';
import { median } from './measure.js';

/** What calibration adds to the float network's own time: values observed per second. */
export async function benchCalibrators(): Promise<void> {
  const random = new Random(1);
  const normal = Float32Array.from({ length: 1 << 16 }, () => random.normal());
  const values = new Float32Array(1e7).map((_, i) => normal[i % normal.length]);
  for (const kind of CALIBRATOR_KINDS) {
    const times = Array.from({ length: 5 }, () => {
      const calibrator = createCalibrator(kind, { type: 'int8', bits: 8, name: 'x' });
      const start = performance.now();
      calibrator.observe(values);
      return performance.now() - start;
    });
    process.stdout.write(
      `  ${kind.padEnd(10)} ${(values.length / median(times) / 1e3).toFixed(0)} M values/s\n`,
    );
  }
}
