import { EXIT } from '../util/errors.js';

/** A stream that the command line writes to. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** Of the terminal; absent where it is none. */
  readonly columns?: number;
}

/** A request to stop: Ctrl-C, or that of a job scheduler. */
export type Stop = 'SIGINT' | 'SIGTERM';

/** The pieces of the process that the command line touches, so that tests can stand in for them. */
export interface ProcessIo {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: NodeJS.ProcessEnv;
  /** Calls the listener at each of these signals instead of ending; returns how to stop that. */
  onInterrupt(signals: readonly Stop[], listener: () => void): () => void;
  /** Ends the process now as Ctrl-C would, even while native code runs. */
  dieOfInterrupt(): void;
}

export function realProcess(): ProcessIo {
  const { stdout, stderr, env } = process;
  // A reader such as `head` may leave early; that is no error of ours.
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  return {
    stdout,
    stderr,
    env,
    onInterrupt(signals, listener) {
      for (const signal of signals) process.on(signal, listener);
      return () => {
        for (const signal of signals) process.off(signal, listener);
      };
    },
    dieOfInterrupt() {
      import('../engine/addon.js').then(
        ({ exitNow }) => exitNow(EXIT.interrupted),
        () => process.exit(EXIT.interrupted),
      );
    },
  };
}
