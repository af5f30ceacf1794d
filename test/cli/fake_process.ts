import { run } from '../../src/cli/main.js';
import type { ProcessIo } from '../../src/cli/process_io.js';
import type { Steps } from '../../src/cli/steps.js';
import type { EvalHooks, EvalRequest } from '../../src/eval/settings.js';
import type { EvalReport } from '../../src/report/results.js';
import type { ExitCode } from '../../src/util/errors.js';
import { evalReport } from '../report/eval_fixture.js';

export interface FakeOutcome {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
  /** What the library was called with; undefined: it was not. */
  readonly settings: EvalRequest | undefined;
  readonly died: boolean;
}

type FakeEval = (settings: EvalRequest, hooks: EvalHooks, interrupt: () => void) => Promise<EvalReport>;

/** Runs a command line in this process, on a library that evaluates as `evaluate` says. */
export async function runFake(
  argv: readonly string[],
  options: { env?: NodeJS.ProcessEnv; terminal?: boolean; evaluate?: FakeEval } = {},
): Promise<FakeOutcome> {
  const texts = { stdout: '', stderr: '' };
  let listener: (() => void) | undefined;
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
    onInterrupt(added) {
      listener = added;
      return () => {
        listener = undefined;
      };
    },
    dieOfInterrupt() {
      died = true;
    },
  };
  let settings: EvalRequest | undefined;
  const evaluate = options.evaluate ?? (async () => evalReport());
  const library: Steps = {
    async runEval(given, hooks = {}) {
      settings = given;
      return evaluate(given, hooks, () => listener?.());
    },
    inspectModel: () => Promise.reject(new Error('not faked')),
    diagnose: () => Promise.reject(new Error('not faked')),
  };
  const code = await run(argv, io, library);
  return { code, ...texts, settings, died };
}
