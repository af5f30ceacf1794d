import type { BenchReport } from '../report/bench/results.js';
import { UserError } from '../util/errors.js';
import { summaryOf } from './assemble.js';

/** A stored report and the file that it is from. */
export interface StoredReport {
  readonly file: string;
  readonly report: BenchReport;
}

/**
 * The report of a whole run from those of its shards, in whatever order they come; but for times and the machine it is
 * the report that one run gives.
 * @throws UserError where they are of different suites, overlap, leave a gap, or one is not complete
 */
export function mergeReports(stored: readonly StoredReport[]): BenchReport {
  const shards = stored.map(expectShard).sort((a, b) => a.shard.index - b.shard.index);
  const [first] = shards as [Shard];
  for (const { file, report, shard } of shards) {
    if (report.suite.sha256 !== first.report.suite.sha256) {
      throw new UserError(
        `${file}: is of another suite (${report.suite.name}, ${report.suite.sha256.slice(0, 8)}) than ${first.file} (${first.report.suite.name}, ${first.report.suite.sha256.slice(0, 8)})`,
      );
    }
    if (shard.count !== first.shard.count) {
      throw new UserError(
        `${file}: is one of ${shard.count} shards, ${first.file} one of ${first.shard.count}; merge those of one run`,
      );
    }
    if (report.version !== first.report.version) {
      throw new UserError(
        `${file}: was made by approxtorch ${report.version}, ${first.file} by ${first.report.version}; run one of them again`,
      );
    }
  }
  shards.forEach((shard, i) => {
    const before = shards[i - 1];
    if (before?.shard.index === shard.shard.index) {
      throw new UserError(
        `${shard.file}: is shard ${shard.shard.index} of ${shard.shard.count}, and so is ${before.file}`,
      );
    }
  });
  const missing = Array.from({ length: first.shard.count }, (_, i) => i + 1).filter(
    (index) => !shards.some(({ shard }) => shard.index === index),
  );
  if (missing.length > 0) {
    throw new UserError(
      `shard${missing.length > 1 ? 's' : ''} ${missing.join(', ')} of ${first.shard.count} ${missing.length > 1 ? 'are' : 'is'} missing; name all ${first.shard.count} files`,
    );
  }
  return combine(shards.map(({ report }) => report));
}

interface Shard extends StoredReport {
  readonly shard: NonNullable<BenchReport['shard']>;
}

function expectShard({ file, report }: StoredReport): Shard {
  if (report.shard === null) {
    throw new UserError(
      `${file}: is the report of a whole run, expected those of its shards (bench --shard i/n)`,
    );
  }
  if (!report.complete) {
    throw new UserError(
      `${file}: the run was interrupted, entries are missing; run bench --shard ${report.shard.index}/${report.shard.count} again`,
    );
  }
  return { file, report, shard: report.shard };
}

function combine(reports: readonly BenchReport[]): BenchReport {
  const [first] = reports as [BenchReport];
  const entries = reports.flatMap((report) => report.entries);
  return {
    ...first,
    shard: null,
    models: unique(reports.flatMap(({ models }) => models)),
    multipliers: unique(reports.flatMap(({ multipliers }) => multipliers)),
    datasets: unique(reports.flatMap(({ datasets }) => datasets)),
    entries,
    baseline: mergeBaselines(reports.map(({ baseline }) => baseline)),
    // Shards run at the same time, or could have.
    summary: summaryOf(entries, Math.max(...reports.map(({ summary }) => summary.seconds))),
    warnings: [...new Set(reports.flatMap(({ warnings }) => warnings))],
  };
}

/** An entry of the baseline is stale where no shard has it. */
function mergeBaselines(baselines: readonly BenchReport['baseline'][]): BenchReport['baseline'] {
  const [first] = baselines;
  if (first == null) return null;
  return {
    file: first.file,
    stale: first.stale.filter((id) => baselines.every((baseline) => baseline?.stale.includes(id))),
    added: baselines.flatMap((baseline) => baseline?.added ?? []),
  };
}

function unique<T extends { readonly name: string }>(items: readonly T[]): T[] {
  const seen = new Set<string>();
  return items.filter(({ name }) => !seen.has(name) && seen.add(name));
}
