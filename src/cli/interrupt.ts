import { InterruptedError } from '../util/errors.js';
import type { ProcessIo } from './process_io.js';

/** After Ctrl-C, work that does not stop by itself is cut off after so many ms. */
const deadline = 650;

/**
 * Runs work that the first Ctrl-C aborts and the second cuts off at once.
 * @param patient whether aborted work may take longer than a second, because its result is wanted.
 */
export async function interruptible<T>(
  io: ProcessIo,
  patient: boolean,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const stop = io.onInterrupt(() => {
    if (controller.signal.aborted) {
      io.dieOfInterrupt();
      return;
    }
    controller.abort(new InterruptedError());
    if (!patient) setTimeout(() => io.dieOfInterrupt(), deadline).unref();
  });
  try {
    return await work(controller.signal);
  } finally {
    stop();
  }
}
