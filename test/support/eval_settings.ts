import { defaults } from '../../src/eval/defaults.js';
import type { EvalSettings } from '../../src/eval/settings.js';
import { packagePath } from '../../src/util/paths.js';

/** Settings of a quick evaluation of the demo model: 40 samples, no baselines, one thread. */
export function settings(changes: Partial<EvalSettings> = {}): EvalSettings {
  return {
    model: packagePath('models', 'lenet-digits.onnx'),
    lut: packagePath('luts', 'drum2_int8.txt'),
    lutType: 'auto',
    layers: [],
    skipFirst: false,
    skipLast: false,
    convOnly: false,
    qmethod: defaults.qmethod,
    weightBits: 8,
    activationBits: 8,
    fullRange: false,
    padding: 'lookup',
    calibrator: 'minmax',
    calibrate: 20,
    limit: 40,
    batch: 16,
    overrides: {},
    baselines: { float: false, exact: false },
    confusion: false,
    perClass: false,
    threads: 1,
    seed: 1,
    partial: false,
    ...changes,
  };
}
