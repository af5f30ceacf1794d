import { spawn } from 'node:child_process';
import { packagePath } from '../../src/util/paths.js';

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** From the interrupt to the end; NaN where there was none. */
  readonly secondsAfterInterrupt: number;
}

/** Path of the executable. */
export const binary = packagePath('bin', 'approxtorch.js');

/** Runs the executable as a user does, with pipes for its streams. */
export async function approxtorch(
  args: readonly string[],
  options: {
    env?: NodeJS.ProcessEnv;
    nodeArgs?: readonly string[];
    /** Sends SIGINT, or the signal named, so many ms after stderr matches. */
    interruptOn?: RegExp;
    interruptDelay?: number;
    interruptBy?: NodeJS.Signals;
    /** Kills it after so many ms. */
    timeout?: number;
  } = {},
): Promise<Outcome> {
  const child = spawn(process.execPath, [...(options.nodeArgs ?? []), binary, ...args], {
    env: { ...process.env, APPROXTORCH_THREADS: '', APPROXTORCH_DEVICE: '', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: options.timeout,
    killSignal: 'SIGKILL',
  });
  let stdout = '';
  let stderr = '';
  let matched = false;
  let interrupted = Number.NaN;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    if (matched || !options.interruptOn?.test(stderr)) return;
    matched = true;
    setTimeout(() => {
      interrupted = performance.now();
      child.kill(options.interruptBy ?? 'SIGINT');
    }, options.interruptDelay ?? 0);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const secondsAfterInterrupt = (performance.now() - interrupted) / 1000;
      resolve({ stdout, stderr, code, signal, secondsAfterInterrupt });
    });
  });
}
