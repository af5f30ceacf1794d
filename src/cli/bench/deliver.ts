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
  await writeReports(report, delivery.targets, io);
  await writeResult(report, renderBenchText, delivery, io);
  if (delivery.updateBaseline !== undefined) await updateBaseline(report, delivery.updateBaseline);
  if (!report.complete) return EXIT.interrupted;
  return report.summary.fail > 0 || report.summary.failed > 0 ? EXIT.checkFailed : EXIT.ok;
}

/** @throws UserError where the results are no baseline: entries are missing or failed */
async function updateBaseline(report: BenchReport, file: string): Promise<void> {
  const { complete, shard, summary } = report;
  if (!complete || shard !== null || summary.failed > 0) {
    const why = !complete ? 'the run was interrupted' : shard !== null ? 'it is a shard' : 'entries failed';
    throw new UserError(`--update-baseline: ${file} was not written, because ${why}`);
  }
  await writeAtomically(file, renderJson({ ...report, baseline: null }));
}
