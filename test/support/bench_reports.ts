import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchReport } from '../../src/report/bench/results.js';
import { packagePath } from '../../src/util/paths.js';

/** What two runs of a suite agree on: all but times, threads and what a cache had. */
export function comparable({ environment, summary, entries, ...report }: BenchReport): object {
  const { threads: _, ...machine } = environment;
  const { seconds: __, cached: ___, ...counts } = summary;
  return {
    ...report,
    environment: machine,
    summary: counts,
    entries: entries.map(({ seconds: _, cached: __, ...entry }) => entry),
  };
}

/** A file with the demo model under every table that ships, on a few images, with a gate that some entries fail. */
export function demoSuite(folder: string, more: object = {}): string {
  const file = join(folder, 'suite.json');
  const suite = {
    name: 'demo',
    models: [packagePath('models', 'lenet-digits.onnx')],
    multipliers: [packagePath('luts', '*_int8.txt'), packagePath('luts', 'exact_uint8.txt')],
    data: 'synthetic-digits',
    limit: 32,
    gates: { maxDrop: { exact: 5 } },
    ...more,
  };
  writeFileSync(file, JSON.stringify(suite));
  return file;
}
