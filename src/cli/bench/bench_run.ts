import type { Command } from 'commander';
import { loadBenchReport } from '../../bench/read_report.js';
import type { BenchSettings } from '../../bench/run_bench.js';
import type { Suite } from '../../bench/suite/suite.js';
import type { BenchReport } from '../../report/bench/results.js';
import { EXIT, type ExitCode, UserError } from '../../util/errors.js';
import type { CommandContext } from '../command_context.js';
import { chooseEngine } from '../device.js';
import { interruptible } from '../interrupt.js';
import { checkOutputFolder, checkOutputs } from '../outputs.js';
import { type BenchFlags, engineFlags, shardFlag, suiteOf, threadsOf } from './bench_flags.js';
import { benchTalk } from './bench_talk.js';
import { checkExecutorFlags, chooseExecutor } from './choose_executor.js';
import { deliver } from './deliver.js';
import { Intermediate } from './intermediate.js';
import { endWithParent } from './jobs.js';
import { type ReportTarget, reportTargets, targetFiles } from './report_targets.js';

/** Collects the settings, runs the benchmark and writes the reports. @returns the exit code */
export async function benchCommandLine(
  file: string | undefined,
  flags: BenchFlags,
  command: Command,
  context: CommandContext,
): Promise<ExitCode> {
  const { io } = context;
  const format = formatOf(flags.format);
  const targets = reportTargets(flags.report ?? []);
  checkExecutorFlags(flags, command);
  const shard = shardFlag(flags.shard);
  if (shard !== undefined) endWithParent(() => io.dieOfInterrupt());
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
  const given = engineFlags(flags, io.env);
  // Each task of a cluster chooses where it runs.
  const { engine: chosen, why } = chooseEngine(flags.executor === 'slurm' ? { device: 'cpu' } : given);
  const { moreDevices, ...engine } = chosen;
  const settings: BenchSettings = {
    suite: flags.updateBaseline ? withoutBaselineGates(suite) : suite,
    shard,
    baseline: await baselineOf(flags),
    cache: flags.cache,
    threads: threadsOf(flags, io.env),
    ...engine,
  };

  const executor = await chooseExecutor(flags, suite.slurm, context);
  const { hooks, end } = benchTalk(io, flags.quiet ?? false);
  if (why !== null) hooks.say(why);
  const stored = new Intermediate([...targets, ...ownTarget(flags, format)]);
  let report: BenchReport | undefined;
  try {
    report = await interruptible(io, { patient: true }, (signal) =>
      executor(
        { settings, moreDevices, file, flags },
        { ...hooks, signal, onReport: async (soFar: () => BenchReport) => stored.add(soFar) },
      ),
    );
  } finally {
    end();
    await stored.end();
  }
  if (report === undefined) return EXIT.ok;
  const updateBaseline = flags.updateBaseline ? flags.baseline : undefined;
  const { output, color } = flags;
  return deliver(report, { targets, format, output, color, updateBaseline }, io);
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
