import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { InterruptedError } from '../../util/errors.js';

/** What is kept of each of a child's two streams, from the beginning; the rest is read and dropped. */
const KEPT_BYTES = 64 * 1024;
/** A file that a child writes may grow to this. */
export const MAX_FILE_BYTES = 64 * 2 ** 20;
const POLLS_UNTIL_STALLED = 20;

export interface ChildOptions {
  readonly cwd: string;
  readonly environment?: NodeJS.ProcessEnv;
  readonly milliseconds: number;
  readonly signal?: AbortSignal | undefined;
  /** Path of the file that it writes. */
  readonly writes?: string;
  /** An open file that it gets as descriptor 3. */
  readonly descriptor?: number;
  /** A number that changes as long as the child gets on; where it stays for `stalledAfter` ms, the child is stopped. */
  readonly progress?: () => number;
  readonly stalledAfter?: number;
}

/** How a child process ended. */
export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Why it was stopped from here. */
  readonly stopped: 'timeout' | 'stalled' | 'size' | undefined;
}

/**
 * Runs a program, without a shell and without input, in a process group of its own: what it starts is killed with it,
 * and Ctrl-C reaches it only through `signal`. Resolves when all that held its streams have ended.
 * @throws InterruptedError after the signal; the system's error (`ENOENT`, …) where the program cannot be started
 */
export function runChild(program: string, args: readonly string[], options: ChildOptions): Promise<ChildEnd> {
  const { cwd, environment, milliseconds, signal, descriptor } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(new InterruptedError());
      return;
    }
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe', descriptor ?? 'ignore'],
      detached: true,
    });
    const stdout = keepBeginning(child.stdout!);
    const stderr = keepBeginning(child.stderr!);
    let stopped: ChildEnd['stopped'];
    const kill = () => {
      if (child.pid !== undefined) killGroup(child.pid);
    };
    const stop = (why: ChildEnd['stopped']) => {
      stopped ??= why;
      kill();
    };
    const timer = setTimeout(() => stop('timeout'), Math.min(milliseconds, 2 ** 31 - 1));
    const unwatch = watch(options, stop);
    const finish = () => {
      clearTimeout(timer);
      unwatch();
      signal?.removeEventListener('abort', kill);
      process.removeListener('exit', kill);
    };
    signal?.addEventListener('abort', kill);
    process.once('exit', kill);
    // Whatever it left in the background would keep its streams open.
    child.on('exit', kill);
    child.on('error', (error) => {
      finish();
      reject(error);
    });
    child.on('close', (code, by) => {
      finish();
      if (signal?.aborted) reject(new InterruptedError());
      else resolve({ code, signal: by, stdout: stdout(), stderr: stderr(), stopped });
    });
  });
}

/** Looks now and then at what the child has done; returns the end of watching. */
function watch(
  { writes, progress, stalledAfter }: ChildOptions,
  stop: (why: 'stalled' | 'size') => void,
): () => void {
  if (writes === undefined && progress === undefined) return () => undefined;
  let last = Number.NaN;
  let unchanged = 0;
  // Looks are counted, not seconds: while the machine sleeps, nothing gets on.
  const poll = setInterval(
    () => {
      if (writes !== undefined && fileSize(writes) > MAX_FILE_BYTES) stop('size');
      if (progress === undefined) return;
      const now = progress();
      unchanged = now === last ? unchanged + 1 : 0;
      last = now;
      if (unchanged >= POLLS_UNTIL_STALLED) stop('stalled');
    },
    stalledAfter === undefined ? 250 : stalledAfter / POLLS_UNTIL_STALLED,
  );
  return () => clearInterval(poll);
}

/** Size of a file in bytes, 0 where there is none yet. */
export function fileSize(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

function keepBeginning(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    if (bytes < KEPT_BYTES) chunks.push(chunk.subarray(0, KEPT_BYTES - bytes));
    bytes += chunk.length;
  });
  return () => Buffer.concat(chunks).toString('utf8');
}
