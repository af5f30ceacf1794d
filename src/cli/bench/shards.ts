import { readFile } from 'node:fs/promises';
import type { StoredReport } from '../../bench/merge.js';
import { loadBenchReport } from '../../bench/read_report.js';
import type { BenchSettings } from '../../bench/run_bench.js';
import type { BenchReport } from '../../report/bench/results.js';
import type { BenchFlags } from './bench_flags.js';

/**
 * The options that all shards of a suite have, wherever they run; the suite, --shard and --output come to them.
 * @param device where they run; undefined: as it is chosen there
 */
export function shardOptions(
  { threads, cache, baseline }: Pick<BenchSettings, 'threads' | 'cache' | 'baseline'>,
  { sensitivity, updateBaseline, kernel }: Pick<BenchFlags, 'sensitivity' | 'updateBaseline' | 'kernel'>,
  device: string | undefined,
): string[] {
  return [
    ...['--threads', String(threads), '--format', 'json'],
    ...(device === undefined ? [] : ['--device', device]),
    ...(kernel === undefined ? [] : ['--kernel', kernel]),
    ...(cache === undefined ? [] : ['--cache', cache]),
    ...(baseline === undefined || updateBaseline ? [] : ['--baseline', baseline.file]),
    ...(sensitivity ? ['--sensitivity'] : []),
  ];
}

/** How far the shard is that writes its results to a file; nothing done where it has not been written yet. */
export async function shardProgress(
  file: string,
): Promise<{ readonly entries: number; readonly complete: boolean }> {
  try {
    const { entries, complete } = JSON.parse(await readFile(file, 'utf8')) as BenchReport;
    return { entries: entries.length, complete: complete === true };
  } catch {
    return { entries: 0, complete: false };
  }
}

/** The results of a shard. @throws UserError where the file holds none */
export async function storedShard(file: string): Promise<StoredReport> {
  return { file, report: await loadBenchReport(file) };
}
