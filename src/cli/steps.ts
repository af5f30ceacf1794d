import type { runBench } from '../bench/run_bench.js';
import type { diagnose } from '../engine/doctor.js';
import type { collectHistograms } from '../eval/histograms.js';
import type { inspectModel } from '../eval/inspect.js';
import type { runEval } from '../eval/run_eval.js';
import type { runFinetune } from '../train/run_finetune.js';

/** What the commands call. Each loads its code when called, so that `--version` and `--help` load none of it. */
export interface Steps {
  readonly runEval: typeof runEval;
  readonly runFinetune: typeof runFinetune;
  readonly runBench: typeof runBench;
  readonly inspectModel: typeof inspectModel;
  readonly collectHistograms: typeof collectHistograms;
  readonly diagnose: typeof diagnose;
}

export const steps: Steps = {
  runEval: async (...args) => (await import('../eval/run_eval.js')).runEval(...args),
  runFinetune: async (...args) => (await import('../train/run_finetune.js')).runFinetune(...args),
  runBench: async (...args) => (await import('../bench/run_bench.js')).runBench(...args),
  inspectModel: async (...args) => (await import('../eval/inspect.js')).inspectModel(...args),
  collectHistograms: async (...args) => (await import('../eval/histograms.js')).collectHistograms(...args),
  diagnose: async (...args) => (await import('../engine/doctor.js')).diagnose(...args),
};
