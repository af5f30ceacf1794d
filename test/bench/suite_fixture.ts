import assert from 'node:assert/strict';
import { type BenchSettings, type RunHooks, runBench } from '../../src/bench/run_bench.js';
import { suiteFromFlags } from '../../src/config/suite/load_suite.js';
import type { BenchEntry, BenchReport } from '../../src/report/bench/results.js';
import { packagePath } from '../../src/util/paths.js';

export const demoModel = packagePath('models', 'lenet-digits.onnx');

/** A table that ships. */
export const shipped = (name: string) => packagePath('luts', `${name}.txt`);

/** Few samples, so that a run takes a fraction of a second. */
export const quick = { limit: 200, batch: 50 } as const;

/** As `quick`, for calibration. */
export const calibrate = 64;

/** Runs the suite that these settings, in the form of a suite file, describe. */
export async function bench(
  values: Readonly<Record<string, unknown>>,
  settings: Partial<BenchSettings> = {},
  hooks: RunHooks = {},
): Promise<BenchReport> {
  const suite = await suiteFromFlags({
    models: [demoModel],
    quantizations: [{ calibrate }],
    ...quick,
    ...values,
  });
  return runBench({ suite, threads: 1, ...settings }, hooks);
}

/** The entry of that id. */
export function entry(report: BenchReport, id: string): BenchEntry {
  const found = report.entries.find((one) => one.id === id);
  assert.ok(found !== undefined, `${id} is none of ${report.entries.map((one) => one.id).join(', ')}`);
  return found;
}

/** A report without what depends on time, the machine and the cache. */
export function lasting({ environment: _, summary, ...report }: BenchReport) {
  const { seconds: __, cached: ___, ...counts } = summary;
  const entries = report.entries.map(({ seconds: _seconds, cached: _cached, ...rest }) => rest);
  return { ...report, entries, summary: counts };
}
