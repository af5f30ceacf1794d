import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Median of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Seconds that each side takes, measured in turn A B A B … after one warm-up of each. */
export async function inTurn(
  sides: Readonly<Record<string, () => Promise<unknown>>>,
  rounds: number,
): Promise<Record<string, number[]>> {
  const seconds: Record<string, number[]> = {};
  for (const [name, run] of Object.entries(sides)) {
    await run();
    seconds[name] = [];
  }
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(sides)) {
      const start = performance.now();
      await run();
      seconds[name].push((performance.now() - start) / 1000);
    }
  }
  return seconds;
}

/** Median of the pairwise ratios a / b. */
export function ratio(a: readonly number[], b: readonly number[]): number {
  return median(a.map((value, i) => value / b[i]));
}

/**
 * Runs a benchmark's worker in a process of its own, for another ISA or a clean memory figure.
 * @returns what it printed as JSON on its last line
 */
export function inProcess<T>(
  worker: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): T {
  const path = fileURLToPath(new URL(worker, import.meta.url));
  const { stdout, stderr, status } = spawnSync(process.execPath, [path, ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...environment },
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(`${worker} ${args.join(' ')}: ${stderr}`);
  return JSON.parse(stdout.trim().split('\n').at(-1) as string) as T;
}
