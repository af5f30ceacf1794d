import { resolve } from 'node:path';
import type { BenchReport } from '../../report/bench/results.js';
import { type ExitCode, InterruptedError } from '../../util/errors.js';
import type { CommandContext } from '../command_context.js';
import { interruptible } from '../interrupt.js';
import { checkOutputs } from '../outputs.js';
import type { ReportFlags } from '../report_options.js';
import { benchTalk } from './bench_talk.js';
import { deliver } from './deliver.js';
import { reportTargets, targetFiles } from './report_targets.js';
import { loadRun } from './slurm/run_folder.js';
import { collectRun } from './slurm/slurm_executor.js';
import { SlurmTools } from './slurm/tools.js';

export type AttachFlags = ReportFlags & { readonly report?: readonly string[]; readonly quiet?: boolean };

/** Waits for a suite that was submitted to a cluster, and reports. @returns the exit code */
export async function attachCommandLine(
  dir: string,
  flags: AttachFlags,
  { io }: CommandContext,
): Promise<ExitCode> {
  const targets = reportTargets(flags.report ?? []);
  await checkOutputs({ '--output': flags.output, ...targetFiles(targets, io.env) }, []);
  const folder = resolve(dir);
  const run = await loadRun(folder);
  const { hooks, end } = benchTalk(io, flags.quiet ?? false);
  let report: BenchReport;
  try {
    report = await interruptible(io, { patient: true }, (signal) =>
      collectRun(folder, run, { tools: new SlurmTools(io.env), hooks: { ...hooks, signal } }),
    );
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error;
    throw new InterruptedError(`interrupted; the tasks go on, scancel --name=${run.name} ends them`);
  } finally {
    end();
  }
  return deliver(report, { ...flags, targets, updateBaseline: run.updateBaseline ?? undefined }, io);
}
