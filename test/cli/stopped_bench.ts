import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readBenchReport } from '../../src/bench/read_report.js';
import type { BenchReport } from '../../src/report/bench/results.js';
import { binary, type Outcome } from './spawn.js';

/** The report in a file; undefined where there is none yet. */
export function reportIn(file: string): BenchReport | undefined {
  try {
    return readBenchReport(readFileSync(file), file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Runs `bench` and sends a signal as soon as the report in a file has an entry. */
export function stoppedBench(
  args: readonly string[],
  file: string,
  signal: NodeJS.Signals,
): Promise<Pick<Outcome, 'stdout' | 'stderr' | 'code' | 'signal'>> {
  const child = spawn(process.execPath, [binary, 'bench', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    const watch = setInterval(() => {
      try {
        if (!reportIn(file)?.entries.length) return;
        child.kill(signal);
      } catch (error) {
        reject(error);
      }
      clearInterval(watch);
    }, 50);
    child.on('error', reject);
    child.on('close', (code, by) => {
      clearInterval(watch);
      resolve({ stdout, stderr, code, signal: by });
    });
  });
}
