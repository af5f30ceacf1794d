import { spawn } from 'node:child_process';
import { packagePath } from '../../src/util/paths.js';

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Path of the executable. */
export const binary = packagePath('bin', 'approxtorch.js');

/** Runs the executable as a user does, with pipes for its streams. */
export async function approxtorch(
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string; nodeArgs?: readonly string[]; interruptOn?: RegExp } = {},
): Promise<Outcome> {
  const child = spawn(process.execPath, [...(options.nodeArgs ?? []), binary, ...args], {
    cwd: options.cwd,
    env: { ...process.env, APPROXTORCH_THREADS: '', APPROXTORCH_DEVICE: '', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  let interrupted = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    if (!interrupted && options.interruptOn?.test(stderr)) {
      interrupted = true;
      child.kill('SIGINT');
    }
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ stdout, stderr, code, signal }));
  });
}
