import type { BenchReport } from '../report/bench/results.js';
import { UserError } from '../util/errors.js';
import { summaryOf } from './summary.js';
import { uniqueByName } from './unique.js';

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
  expectEntries(shards);
  return combine(shards.map(({ report }) => report));
}

/** @throws UserError where an entry is in two shards or in none: they had other tables before them */
function expectEntries(shards: readonly Shard[]): void {
  const [first] = shards as [Shard];
  const places = new Map<string, string>();
  for (const { file, report } of shards) {
    if (report.suite.entries !== first.report.suite.entries) {
      throw new UserError(
        `${file}: its suite has ${report.suite.entries} entries, that of ${first.file} ${first.report.suite.entries}; run both on the same tables`,
      );
    }
    if ((report.baseline === null) !== (first.report.baseline === null)) {
      const [bare, compared] = report.baseline === null ? [file, first.file] : [first.file, file];
      throw new UserError(
        `${bare}: was not compared with a baseline, ${compared} was; run one of them again`,
      );
    }
    for (const { id } of report.entries) {
      const place = places.get(id);
      if (place !== undefined) throw new UserError(`${file}: has the entry ${id}, and so has ${place}`);
      places.set(id, file);
    }
  }
  const { entries } = first.report.suite;
  if (places.size !== entries) {
    throw new UserError(`the shards have ${places.size} of the suite's ${entries} entries; run them again`);
  }
}

/** What the shards of an interrupted run have so far; each may lack entries. */
export function mergeInterrupted(reports: readonly BenchReport[]): BenchReport {
  const index = ({ shard }: BenchReport) => shard?.index ?? 0;
  return { ...combine([...reports].sort((a, b) => index(a) - index(b))), complete: false };
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
    environment: {
      ...first.environment,
      gpus: [...new Set(reports.flatMap(({ environment }) => environment.gpus))],
    },
    shard: null,
    models: uniqueByName(reports.flatMap(({ models }) => models)),
    multipliers: uniqueByName(reports.flatMap(({ multipliers }) => multipliers)),
    datasets: uniqueByName(reports.flatMap(({ datasets }) => datasets)),
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
