import { renderBenchText } from '../../report/bench/bench_text.js';
import type { BenchReport } from '../../report/bench/results.js';
import { renderJson } from '../../report/json.js';
import { EXIT, type ExitCode, UserError } from '../../util/errors.js';
import { writeAtomically } from '../../util/files.js';
import type { ProcessIo } from '../process_io.js';
import { type ResultOptions, writeResult } from '../result.js';
import { type ReportTarget, writeReports } from './report_targets.js';

/** Where the results of a run go. */
export interface Delivery extends ResultOptions {
  readonly targets: readonly ReportTarget[];
  /** File that becomes the baseline. */
  readonly updateBaseline: string | undefined;
}

/** Writes all reports. @returns the exit code that the results give */
export async function deliver(report: BenchReport, delivery: Delivery, io: ProcessIo): Promise<ExitCode> {
  const toStdout = delivery.format === 'json' && delivery.output === undefined;
  // One JSON document has stdout for itself.
  await writeReports(report, delivery.targets, toStdout ? { ...io, stdout: io.stderr } : io);
  await writeResult(report, renderBenchText, delivery, io);
  if (delivery.updateBaseline !== undefined) await updateBaseline(report, delivery.updateBaseline);
  return exitCodeOf(report);
}

/** What the report of a run, or of merged shards, means for scripts. */
export function exitCodeOf({ complete, summary }: BenchReport): ExitCode {
  if (!complete) return EXIT.interrupted;
  return summary.fail > 0 || summary.failed > 0 ? EXIT.checkFailed : EXIT.ok;
}

/** @throws UserError where the results are no baseline: entries are missing or failed */
async function updateBaseline(report: BenchReport, file: string): Promise<void> {
  const refuse = (why: string, exitCode: ExitCode) => {
    throw new UserError(`--update-baseline: ${file} was not written, because ${why}`, { exitCode });
  };
  if (!report.complete) refuse('the run was interrupted', EXIT.interrupted);
  if (report.summary.failed > 0) refuse('entries failed', EXIT.checkFailed);
  await writeAtomically(file, renderJson({ ...report, baseline: null }));
}
