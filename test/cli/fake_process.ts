import { run } from '../../src/cli/main.js';
import type { ProcessIo, Stop } from '../../src/cli/process_io.js';
import type { Steps } from '../../src/cli/steps.js';
import type { EvalHooks, EvalRequest } from '../../src/eval/settings.js';
import type { FinetuneReport } from '../../src/report/finetune_results.js';
import type { EvalReport } from '../../src/report/results.js';
import type { FinetuneHooks, FinetuneSettings } from '../../src/train/settings.js';
import type { ExitCode } from '../../src/util/errors.js';
import { evalReport } from '../report/eval_fixture.js';
import { finetuneReport } from '../report/finetune_fixture.js';

export interface FakeOutcome {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
  /** What the library was called with; undefined: it was not. */
  readonly settings: EvalRequest | undefined;
  readonly finetuneSettings: FinetuneSettings | undefined;
  readonly died: boolean;
}

type FakeEval = (settings: EvalRequest, hooks: EvalHooks, interrupt: () => void) => Promise<EvalReport>;
type FakeFinetune = (
  settings: FinetuneSettings,
  hooks: FinetuneHooks,
  interrupt: (signal?: Stop) => void,
) => Promise<FinetuneReport>;

/** Runs a command line in this process, on a library that does as `evaluate` and `finetune` say. */
export async function runFake(
  argv: readonly string[],
  options: {
    env?: NodeJS.ProcessEnv;
    terminal?: boolean;
    evaluate?: FakeEval;
    finetune?: FakeFinetune;
  } = {},
): Promise<FakeOutcome> {
  const texts = { stdout: '', stderr: '' };
  const listeners = new Map<Stop, () => void>();
  const interrupt = (signal: Stop = 'SIGINT') => listeners.get(signal)?.();
  let died = false;
  const stream = (name: 'stdout' | 'stderr') => ({
    isTTY: options.terminal ?? false,
    columns: options.terminal ? 100 : undefined,
    write(text: string) {
      texts[name] += text;
    },
  });
  const io: ProcessIo = {
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    env: options.env ?? {},
    onInterrupt(signals, listener) {
      for (const signal of signals) listeners.set(signal, listener);
      return () => listeners.clear();
    },
    dieOfInterrupt() {
      died = true;
    },
  };
  let settings: EvalRequest | undefined;
  let finetuneSettings: FinetuneSettings | undefined;
  const evaluate = options.evaluate ?? (async () => evalReport());
  const finetune = options.finetune ?? (async () => finetuneReport());
  const library: Steps = {
    async runEval(given, hooks = {}) {
      settings = given;
      return evaluate(given, hooks, interrupt);
    },
    async runFinetune(given, hooks = {}) {
      finetuneSettings = given;
      return finetune(given, hooks, interrupt);
    },
    runBench: () => Promise.reject(new Error('not faked')),
    inspectModel: () => Promise.reject(new Error('not faked')),
    collectHistograms: () => Promise.reject(new Error('not faked')),
    diagnose: () => Promise.reject(new Error('not faked')),
  };
  const code = await run(argv, io, library);
  return { code, ...texts, settings, finetuneSettings, died };
}
