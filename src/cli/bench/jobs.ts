import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mergeReports } from '../../bench/merge.js';
import type { BenchSettings, RunHooks } from '../../bench/run_bench.js';
import { expandSuite } from '../../bench/suite/expand.js';
import type { BenchReport } from '../../report/bench/results.js';
import { EXIT, InterruptedError, UserError } from '../../util/errors.js';
import { packagePath } from '../../util/paths.js';
import type { BenchFlags } from './bench_flags.js';
import { shardOptions, shardProgress, storedShard } from './shards.js';
import { suiteFile } from './suite_file.js';

/** How often the parts are asked how far they are, in ms. */
const pollInterval = 500;

/**
 * Runs a suite in several processes, each a shard of it, and puts their reports together.
 * @throws UserError where one of them cannot finish; InterruptedError when aborted
 */
export async function runJobs(
  jobs: number,
  settings: BenchSettings,
  file: string | undefined,
  flags: BenchFlags,
  { signal, onProgress, onWarning }: RunHooks,
): Promise<BenchReport> {
  const total = expandSuite(settings.suite).length;
  const count = Math.min(jobs, total);
  const threads = Math.max(1, Math.floor(settings.threads / count));
  const folder = await mkdtemp(join(tmpdir(), 'approxtorch-jobs-'));
  const outputs = Array.from({ length: count }, (_, i) => join(folder, `part${i + 1}.json`));
  const poll = setInterval(async () => {
    const parts = await Promise.all(outputs.map(shardProgress));
    const done = parts.reduce((sum, { entries }) => sum + entries, 0);
    onProgress?.({ done, total, id: `${count} processes`, phase: '', images: done, ofImages: total });
  }, pollInterval);
  try {
    const suite = await suiteFile(file, flags, folder);
    const options = shardOptions({ ...settings, threads }, flags);
    await Promise.all(
      outputs.map((output, i) => {
        const args = ['bench', suite, '--shard', `${i + 1}/${count}`, ...options, '--output', output];
        return runPart(args, signal, onWarning);
      }),
    );
    return mergeReports(await Promise.all(outputs.map(storedShard)));
  } finally {
    clearInterval(poll);
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs one process to its end; a failed gate is no failure of the run. */
function runPart(
  args: readonly string[],
  signal: AbortSignal | undefined,
  onWarning: RunHooks['onWarning'],
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [packagePath('bin', 'approxtorch.js'), ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const stop = () => child.kill('SIGINT');
    signal?.addEventListener('abort', stop);
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code, by) => {
      signal?.removeEventListener('abort', stop);
      const lines = stderr.trim().split('\n');
      for (const line of lines) {
        const warning = /^approxtorch: warning: (.*)$/.exec(line)?.[1];
        if (warning !== undefined) onWarning?.(warning);
      }
      if (signal?.aborted) reject(new InterruptedError());
      else if (code === EXIT.ok || code === EXIT.checkFailed) resolve();
      else reject(new UserError(`${args.slice(0, 4).join(' ')} ended with ${by ?? code}: ${lines.at(-1)}`));
    });
  });
}
