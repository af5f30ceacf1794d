import { count, counted, duration } from '../numbers.js';
import { changeDirection } from './entry_figures.js';
import type { BenchReport } from './results.js';

/** What the whole run says; 'none': there are no gates. */
export type Outcome = 'pass' | 'fail' | 'incomplete' | 'undecided' | 'none';

export function outcome({ summary, complete }: BenchReport): Outcome {
  // Entries that could not be evaluated are among them.
  if (summary.fail > 0) return 'fail';
  if (!complete) return 'incomplete';
  if (summary.undecided > 0) return 'undecided';
  return summary.pass > 0 ? 'pass' : 'none';
}

export const outcomeWords: Readonly<Record<Outcome, string>> = {
  pass: 'pass',
  fail: 'FAIL',
  incomplete: 'incomplete',
  undecided: 'undecided',
  none: 'no gates',
};

/** How many entries, what their gates say, how they compare with the baseline: a sentence each. */
export function summarySentences(report: BenchReport): string[] {
  const { summary, baseline } = report;
  const { done, failed, cached, seconds } = summary;
  const work = [
    `${count(done)} evaluated`,
    ...(cached > 0 ? [`${count(cached)} of them from the cache`] : []),
    ...(failed > 0 ? [`${count(failed)} failed`] : []),
    duration(seconds),
  ];
  return [
    `${extent(report)}: ${work.join(', ')}.`,
    verdictSentence(report),
    ...(baseline === null ? [] : [baselineSentence(report, baseline)]),
  ];
}

/** 10 entries, or what part of the suite's the report has. */
function extent({ entries, suite, shard }: BenchReport): string {
  const all = counted(suite.entries, 'entry', 'entries');
  const part = entries.length === suite.entries ? all : `${count(entries.length)} of ${all}`;
  return shard === null ? part : `Shard ${shard.index} of ${shard.count}, ${part}`;
}

function verdictSentence({ summary, entries }: BenchReport): string {
  const { pass, fail, undecided } = summary;
  const without = entries.length - pass - fail - undecided;
  if (without === entries.length) return 'There are no gates.';
  const parts = [
    [fail, 'FAIL'],
    [undecided, 'undecided'],
    [pass, 'pass'],
    [without, 'without gates'],
  ] as const;
  const shown = parts.filter(([number]) => number > 0).map(([number, word]) => `${count(number)} ${word}`);
  return `Verdicts: ${shown.join(', ')}.`;
}

function baselineSentence(
  { entries }: BenchReport,
  { added, stale }: NonNullable<BenchReport['baseline']>,
): string {
  const compared = entries.filter((entry) => entry.baseline !== null);
  const moved = (direction: string) =>
    count(compared.filter((entry) => changeDirection(entry) === direction).length);
  return `Baseline: ${counted(compared.length, 'entry', 'entries')} compared, ${moved('better')} better and ${moved('worse')} worse beyond their 95 % interval, ${count(added.length)} new, ${count(stale.length)} stale.`;
}

/** More names than these are not readable in a line. */
const mostNames = 5;

/** The first names, and how many there are beside them. */
export function someNames(names: readonly string[]): string[] {
  const rest = names.length - mostNames;
  return [...names.slice(0, mostNames), ...(rest > 0 ? [`and ${rest} more`] : [])];
}

/** What the reader should do next, the most urgent first; empty where there is nothing. */
export function nextSteps(report: BenchReport): string[] {
  const { summary, entries, suite, shard, complete, baseline } = report;
  const steps: string[] = [];
  if (summary.failed > 0) {
    const what = summary.failed === 1 ? 'One entry' : `${count(summary.failed)} entries`;
    steps.push(`${what} could not be evaluated: mend the cause and run the suite again.`);
  }
  if (!complete) {
    const missing = shard === null ? suite.entries - entries.length : 0;
    const what =
      missing > 0 ? `${counted(missing, 'entry is', 'entries are')} missing` : 'entries are missing';
    steps.push(`The run was interrupted, ${what}: run the suite again.`);
  }
  const undecided = entries.flatMap(({ gates }) => gates).filter(({ verdict }) => verdict === 'undecided');
  if (undecided.length > 0) {
    const images = undecided.reduce((most, gate) => Math.max(most, gate.imagesNeeded ?? Infinity), 0);
    const remedy = Number.isFinite(images)
      ? `about ${count(images)} images would decide`
      : 'evaluate more images to decide';
    steps.push(
      `The 95 % interval of ${counted(undecided.length, 'gate')} contains the limit: ${remedy} ${undecided.length === 1 ? 'it' : 'all of them'}.`,
    );
  }
  if (baseline !== null && baseline.stale.length + baseline.added.length > 0) {
    steps.push(
      'The baseline and the suite do not have the same entries: write the baseline anew where that is meant.',
    );
  }
  if (shard !== null) {
    steps.push(
      `This is one of ${count(shard.count)} shards: merge their reports for the verdict on the whole suite.`,
    );
  }
  return steps;
}
