import { InterruptedError } from '../util/errors.js';
import type { ProcessIo, Stop } from './process_io.js';

/** After Ctrl-C, work that does not stop by itself is cut off after so many ms. */
const deadline = 650;

export interface InterruptOptions {
  /** Aborted work may take longer than a second, because its result is wanted. */
  readonly patient: boolean;
  /** What aborts the work (default: Ctrl-C). */
  readonly signals?: readonly Stop[];
  /** Called at the first of them. */
  onAbort?(): void;
}

/** Runs work that the first Ctrl-C aborts and the second cuts off at once. */
export async function interruptible<T>(
  io: ProcessIo,
  { patient, signals = ['SIGINT'], onAbort }: InterruptOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const stop = io.onInterrupt(signals, () => {
    if (controller.signal.aborted) {
      io.dieOfInterrupt();
      return;
    }
    onAbort?.();
    controller.abort(new InterruptedError());
    if (!patient) setTimeout(() => io.dieOfInterrupt(), deadline).unref();
  });
  try {
    return await work(controller.signal);
  } finally {
    stop();
  }
}
