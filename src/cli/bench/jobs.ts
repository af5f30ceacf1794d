import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { mergeInterrupted, mergeReports } from '../../bench/merge.js';
import { loadBenchReport } from '../../bench/read_report.js';
import type { BenchSettings, RunHooks } from '../../bench/run_bench.js';
import { expandSuite } from '../../bench/suite/expand.js';
import { type Device, deviceName } from '../../engine/device.js';
import type { BenchReport } from '../../report/bench/results.js';
import { EXIT, InterruptedError, UserError } from '../../util/errors.js';
import { packagePath } from '../../util/paths.js';
import type { BenchFlags } from './bench_flags.js';
import { shardOptions, storedShard } from './shards.js';
import { suiteFile } from './suite_file.js';

/** How often the parts are asked how far they are, in ms. */
const pollInterval = 500;

/**
 * Runs a suite in several processes, each a shard of it, and puts their reports together. When aborted, what they had
 * by then.
 * @param devices that of each process
 * @throws UserError where one of them cannot finish; InterruptedError when aborted before anything was measured
 */
export async function runJobs(
  devices: readonly Device[],
  settings: BenchSettings,
  file: string | undefined,
  flags: BenchFlags,
  hooks: RunHooks,
): Promise<BenchReport> {
  const total = expandSuite(settings.suite).length;
  const count = Math.min(devices.length, total);
  const threads = Math.max(1, Math.floor(settings.threads / count));
  const folder = await mkdtemp(join(tmpdir(), 'approxtorch-jobs-'));
  const outputs = Array.from({ length: count }, (_, i) => join(folder, `part${i + 1}.json`));
  const { name, sha256 } = settings.suite;
  // Flags went to the parts as a file, which the caller need not know of.
  const suite = { name, file: settings.suite.file, sha256, entries: total };
  const done = new AbortController();
  try {
    const path = await suiteFile(file, flags, folder);
    const watching = watchParts(outputs, total, { ...hooks, signal: done.signal }, (report) => ({
      ...report,
      suite,
    }));
    const commands = outputs.map((output, i) => [
      ...['bench', path, '--shard', `${i + 1}/${count}`],
      ...shardOptions({ ...settings, threads }, flags, deviceName(devices[i]!)),
      ...['--output', output],
    ]);
    try {
      await runParts(commands, hooks);
    } finally {
      done.abort();
      await watching;
    }
    if (!hooks.signal?.aborted)
      return { ...mergeReports(await Promise.all(outputs.map(storedShard))), suite };
    const parts = await partsSoFar(outputs);
    if (parts.every(({ entries }) => entries.length === 0)) throw new InterruptedError();
    return { ...mergeInterrupted(parts), suite };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Tells how far the parts are, until aborted. */
async function watchParts(
  outputs: readonly string[],
  total: number,
  { signal, onProgress, onReport }: RunHooks,
  named: (report: BenchReport) => BenchReport,
): Promise<void> {
  while (!signal?.aborted) {
    await delay(pollInterval, undefined, { signal }).catch(() => undefined);
    const parts = await partsSoFar(outputs);
    const done = parts.reduce((sum, { entries }) => sum + entries.length, 0);
    const id = `${outputs.length} processes`;
    onProgress?.({ done, total, id, phase: '', images: done, ofImages: total });
    if (done > 0 && !signal?.aborted) await onReport?.(() => named(mergeInterrupted(parts)));
  }
}

/** Runs processes beside each other. Where one cannot finish the others are stopped. */
async function runParts(
  commands: readonly (readonly string[])[],
  { signal, onWarning }: RunHooks,
): Promise<void> {
  const failed = new AbortController();
  const stop = AbortSignal.any([failed.signal, ...(signal === undefined ? [] : [signal])]);
  const ends = await Promise.allSettled(
    commands.map((args) =>
      runPart(args, stop, onWarning).catch((error: unknown) => {
        failed.abort();
        throw error;
      }),
    ),
  );
  const failure = ends.find((end) => end.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}

/** Reports that the parts have written by now. */
async function partsSoFar(files: readonly string[]): Promise<BenchReport[]> {
  const reports = await Promise.all(
    files.map((file) =>
      loadBenchReport(file).catch((error: unknown) => {
        if (error instanceof UserError) return undefined;
        throw error;
      }),
    ),
  );
  return reports.filter((report) => report !== undefined);
}

/**
 * Runs one process to its end; a failed gate is no failure of the run, nor is that it was stopped. It has a process
 * group of its own, or Ctrl-C at a terminal would reach it twice.
 */
function runPart(
  args: readonly string[],
  signal: AbortSignal,
  onWarning: RunHooks['onWarning'],
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [packagePath('bin', 'approxtorch.js'), ...args], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      detached: true,
    });
    const stop = () => child.kill('SIGINT');
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
    let stderr = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code, by) => {
      signal.removeEventListener('abort', stop);
      const lines = stderr.trim().split('\n');
      for (const line of lines) {
        const warning = /^approxtorch: warning: (.*)$/.exec(line)?.[1];
        if (warning !== undefined) onWarning?.(warning);
      }
      if (signal.aborted || code === EXIT.ok || code === EXIT.checkFailed) resolve();
      else reject(new UserError(`${args.slice(0, 4).join(' ')} ended with ${by ?? code}: ${lines.at(-1)}`));
    });
  });
}

/** A process of `runJobs` ends with the one that started it, however that ends. */
export function endWithParent(end: () => void): void {
  if (process.channel === undefined) return;
  process.on('disconnect', end);
  process.channel.unref();
}
