import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchReport } from '../../src/report/bench/results.js';
import { packagePath } from '../../src/util/paths.js';

export const demoModel = packagePath('models', 'lenet-digits.onnx');
export const table = (name: string) => packagePath('luts', `${name}.txt`);

/** The demo model on few images. */
export const small = {
  models: [demoModel],
  multipliers: [table('drum2_int8'), table('exact_int8')],
  quantizations: [{ calibrate: 32 }],
  limit: 100,
};

/** Writes a suite into a folder, as JSON, which is YAML too. @returns its path */
export function suiteIn(folder: string, name: string, values: Readonly<Record<string, unknown>>): string {
  const path = join(folder, `${name}.yaml`);
  writeFileSync(path, JSON.stringify({ ...small, ...values }));
  return path;
}

/** A report without what depends on time, the machine, the cache, and the place of the suite. */
export function lasting({ environment: _, summary, suite, ...report }: BenchReport) {
  const { seconds: __, cached: ___, ...counts } = summary;
  const entries = report.entries.map(({ seconds: _seconds, cached: _cached, ...rest }) => rest);
  return { ...report, entries, summary: counts, suite: { ...suite, file: null } };
}
