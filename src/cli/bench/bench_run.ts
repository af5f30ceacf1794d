import type { Command } from 'commander';
import { loadBenchReport } from '../../bench/read_report.js';
import type { BenchProgress, BenchSettings } from '../../bench/run_bench.js';
import type { Suite } from '../../bench/suite/suite.js';
import { renderBenchText } from '../../report/bench/bench_text.js';
import type { BenchReport } from '../../report/bench/results.js';
import { renderJson } from '../../report/json.js';
import { EXIT, type ExitCode, UserError } from '../../util/errors.js';
import { writeAtomically } from '../../util/files.js';
import type { CommandContext } from '../command_context.js';
import { interruptible } from '../interrupt.js';
import { checkOutputFolder, checkOutputs } from '../outputs.js';
import { ProgressLine } from '../progress.js';
import { writeResult } from '../result.js';
import { speaker } from '../speaker.js';
import { type BenchFlags, positiveFlag, shardFlag, suiteOf, threadsOf } from './bench_flags.js';
import { Intermediate } from './intermediate.js';
import { endWithParent, runJobs } from './jobs.js';
import { type ReportTarget, reportTargets, targetFiles, writeReports } from './report_targets.js';

/** Collects the settings, runs the benchmark and writes the reports. @returns the exit code */
export async function benchCommandLine(
  file: string | undefined,
  flags: BenchFlags,
  command: Command,
  { io, library }: CommandContext,
): Promise<ExitCode> {
  const format = formatOf(flags.format);
  const targets = reportTargets(flags.report ?? []);
  const jobs = positiveFlag('--jobs', flags.jobs) ?? 1;
  const shard = shardFlag(flags.shard);
  if (shard !== undefined) endWithParent(() => io.dieOfInterrupt());
  if (jobs > 1 && shard !== undefined) {
    throw new UserError('--jobs: goes with whole suites; leave it or --shard out');
  }
  if (flags.updateBaseline && shard !== undefined) {
    throw new UserError('--update-baseline: a shard is no baseline; merge all of them and use that');
  }
  const suite = await suiteOf(file, flags, command);
  const written = flags.updateBaseline ? { '--update-baseline': flags.baseline } : {};
  await checkOutputs({ '--output': flags.output, ...written, ...targetFiles(targets, io.env) }, [
    file,
    ...inputsOf(suite),
    ...(flags.updateBaseline ? [] : [flags.baseline]),
  ]);
  if (flags.cache !== undefined) await checkOutputFolder('--cache', flags.cache);
  const settings: BenchSettings = {
    suite: flags.updateBaseline ? withoutBaselineGates(suite) : suite,
    shard,
    baseline: await baselineOf(flags),
    cache: flags.cache,
    threads: threadsOf(flags, io.env),
  };

  const progress = new ProgressLine(io.stderr);
  const say = speaker(io.stderr, progress, flags.quiet ?? false);
  const draw = ({ done, total, id, phase, images, ofImages }: BenchProgress) => {
    if (flags.quiet) return;
    progress.update({ phase: `${done + 1}/${total} ${id} ${phase}`, done: images, total: ofImages });
  };
  const stored = new Intermediate([...targets, ...ownTarget(flags, format)]);
  let report: BenchReport;
  try {
    report = await interruptible(io, { patient: true }, (signal) => {
      const hooks = {
        signal,
        onProgress: draw,
        onWarning: (message: string) => say(`warning: ${message}`),
        onReport: async (report: () => BenchReport) => stored.add(report),
      };
      return jobs > 1 ? runJobs(jobs, settings, file, flags, hooks) : library.runBench(settings, hooks);
    });
  } finally {
    progress.clear();
    await stored.end();
  }
  const toStdout = format === 'json' && flags.output === undefined;
  await writeReports(report, targets, toStdout ? { ...io, stdout: io.stderr } : io);
  await writeResult(report, renderBenchText, { ...flags, format }, io);
  if (flags.updateBaseline) await updateBaseline(report, flags);
  return exitCodeOf(report);
}

/** What the report of a run, or of merged shards, means for scripts. */
export function exitCodeOf({ complete, summary }: BenchReport): ExitCode {
  if (!complete) return EXIT.interrupted;
  return summary.fail > 0 || summary.failed > 0 ? EXIT.checkFailed : EXIT.ok;
}

function formatOf(format: string | undefined): 'text' | 'json' {
  if (format === undefined || format === 'text' || format === 'json') return format ?? 'text';
  throw new UserError(`--format: '${format}', expected text or json`);
}

/** What --output makes of the results, as a report. */
function ownTarget({ output }: BenchFlags, format: 'text' | 'json'): ReportTarget[] {
  return output !== undefined && format === 'json' ? [{ kind: 'json', file: output }] : [];
}

async function baselineOf({ baseline, updateBaseline }: BenchFlags): Promise<BenchSettings['baseline']> {
  if (baseline === undefined) {
    if (updateBaseline) throw new UserError('--update-baseline: needs --baseline FILE, the file to write');
    return undefined;
  }
  try {
    return { report: await loadBenchReport(baseline), file: baseline };
  } catch (error) {
    // The file to write need not be there.
    if (updateBaseline && error instanceof UserError) return undefined;
    throw error;
  }
}

/** Who accepts new results as the baseline does not ask whether they are worse than the old ones. */
function withoutBaselineGates(suite: Suite): Suite {
  const strip = ({ maxRegression: _, maxDrop, ...gates }: Suite['gates']): Suite['gates'] => ({
    ...gates,
    ...(maxDrop && { maxDrop: { ...maxDrop, baseline: undefined } }),
  });
  return {
    ...suite,
    gates: strip(suite.gates),
    rules: suite.rules.map((rule) => ({ ...rule, gates: rule.gates && strip(rule.gates) })),
  };
}

/** @throws UserError where the results are no baseline: entries are missing or failed */
async function updateBaseline(report: BenchReport, { baseline }: BenchFlags): Promise<void> {
  const refuse = (why: string, exitCode: ExitCode) => {
    throw new UserError(`--update-baseline: ${baseline} was not written, because ${why}`, { exitCode });
  };
  if (!report.complete) refuse('the run was interrupted', EXIT.interrupted);
  if (report.summary.failed > 0) refuse('entries failed', EXIT.checkFailed);
  await writeAtomically(baseline!, renderJson({ ...report, baseline: null }));
}

/** Files that a suite reads. */
function inputsOf({ models, multipliers, assignments, finetune, rules }: Suite): (string | undefined)[] {
  const trainings = [finetune, ...rules.map((rule) => rule.finetune)];
  return [
    ...models.flatMap(({ file, data, preprocess }) => [file, data, preprocess]),
    ...multipliers.map(({ file }) => file),
    ...assignments.flatMap(({ layers }) => layers.map(({ lut }) => lut)),
    ...trainings.flatMap((training) => [
      training?.loss.teacher,
      training?.calibration,
      training?.gradient.activationTable,
      training?.gradient.weightTable,
    ]),
  ];
}
