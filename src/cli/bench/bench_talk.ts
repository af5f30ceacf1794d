import type { ProcessIo } from '../process_io.js';
import { ProgressLine } from '../progress.js';
import { speaker } from '../speaker.js';
import type { ExecutorHooks } from './executor.js';

/** What a benchmark says on stderr while it runs. `end` removes the progress. */
export function benchTalk(
  { stderr }: ProcessIo,
  quiet: boolean,
): {
  hooks: Pick<ExecutorHooks, 'say'> & Required<Pick<ExecutorHooks, 'onProgress' | 'onWarning'>>;
  end(): void;
} {
  const progress = new ProgressLine(stderr);
  const say = speaker(stderr, progress, quiet);
  return {
    hooks: {
      say,
      onWarning: (message) => say(`warning: ${message}`),
      onProgress({ done, total, id, phase, images, ofImages }) {
        if (quiet) return;
        progress.update({ phase: `${done + 1}/${total} ${id} ${phase}`, done: images, total: ofImages });
      },
    },
    end: () => progress.clear(),
  };
}
