import { InterruptedError, messageOf, UserError } from '../util/errors.js';
import type { MeasureOptions, Outcome } from './measured.js';
import type { PlannedEntry } from './suite/expand.js';
import { Workplace } from './workplace.js';

/**
 * Measures entries one after the other; neighbours share model, images, calibration and plan. An entry that fails
 * does not stop the others.
 * @throws InterruptedError when the signal is aborted
 */
export async function* measureEntries(
  entries: readonly PlannedEntry[],
  options: MeasureOptions,
): AsyncGenerator<Outcome, void, void> {
  const workplace = new Workplace(options);
  try {
    for (const entry of entries) {
      try {
        yield { entry, measured: await workplace.measure(entry) };
      } catch (error) {
        if (error instanceof InterruptedError) throw error;
        // Nobody wants to lose a night's results to a bug in one of them.
        const bug = error instanceof UserError ? '' : 'this is a bug, please report it: ';
        yield { entry, error: `${bug}${messageOf(error)}` };
      }
    }
  } finally {
    if (!options.signal?.aborted) await workplace.release();
  }
}
