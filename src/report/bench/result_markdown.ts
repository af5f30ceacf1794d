import { fixed, percent, percentInterval, spanning } from '../numbers.js';
import {
  changeDirection,
  changeText,
  finalAccuracy,
  pointsInterval,
  powerText,
  tuningText,
} from './entry_figures.js';
import { sortedEntries } from './entry_order.js';
import { imagesText, limitText, type OpenGate, openGates } from './gate_text.js';
import { legend } from './legend.js';
import { code, folded, type MarkdownSection, tableHead, tableRow } from './markdown.js';
import type { BenchEntry, BenchReport, Verdict } from './results.js';

/** More rows than these are folded away. */
const mostUnfolded = 20;

/** Longer reasons are not read in a comment. */
const longestReason = 300;

const marks: Readonly<Record<Verdict, string>> = { pass: 'pass', fail: '**FAIL**', undecided: 'undecided' };

/** What did not pass, then all results. */
export function resultSections(report: BenchReport): MarkdownSection[] {
  const entries = sortedEntries(report);
  const open = openGates(entries);
  const failed = entries.filter(({ status }) => status === 'failed');
  const sections: MarkdownSection[] = [];
  if (open.length > 0) {
    const names = ['', 'entry', 'gate', 'limit:', 'is:', '95 %:', 'decided by'];
    sections.push(section('Gates not passed', tableHead(names), open.map(openGateRow)));
  }
  if (failed.length > 0) {
    const reasons = failed.map(({ id, error }) => `- ${code(id)}: ${code(error ?? '', longestReason)}`);
    sections.push(section('Not evaluated', [], reasons));
  }
  if (entries.length > 0) sections.push(resultTable(report, entries));
  return sections;
}

function openGateRow({ entry, gate }: OpenGate): string {
  const images = imagesText(gate);
  return tableRow([
    marks[gate.verdict],
    code(entry.id),
    code(gate.gate),
    limitText(gate),
    fixed(gate.actual, 2),
    spanning(gate.interval),
    gate.verdict === 'fail' ? '' : images === null ? 'more images' : `about ${images} images`,
  ]);
}

function resultTable(report: BenchReport, entries: readonly BenchEntry[]): MarkdownSection {
  const compared = report.baseline !== null;
  const names = ['', 'entry', 'top-1 %:', '95 %:', 'drop:', '95 %:', 'to float:'];
  if (compared) names.push('change:');
  names.push('power %:');
  const rows = entries.map((entry) => resultRow(entry, compared));
  const note = `${legend(report)}${compared ? ' Changes beyond their 95 % interval are bold.' : ''}`;
  return section('Results', tableHead(names), rows, ['', note]);
}

/** Below a heading, or folded away where there are many rows. */
function section(
  title: string,
  head: readonly string[],
  rows: readonly string[],
  tail: readonly string[] = [],
): MarkdownSection {
  if (rows.length > mostUnfolded) return folded(title, head, rows, tail);
  return { head: ['', `### ${title}`, '', ...head], rows, tail };
}

function resultRow(entry: BenchEntry, compared: boolean): string {
  const final = finalAccuracy(entry);
  const { drop, verdict } = entry;
  const tuning = tuningText(entry);
  const change = changeText(entry);
  return tableRow([
    verdict === null ? '' : marks[verdict],
    `${code(entry.id)}${tuning === null ? '' : ` (${tuning})`}`,
    percent(final?.top1 ?? null),
    final === null ? '–' : percentInterval(final.top1Interval),
    percent(drop.exact),
    pointsInterval(drop.exactInterval),
    percent(drop.float),
    ...(compared ? [changeDirection(entry) === null ? change : `**${change}**`] : []),
    powerText(entry),
  ]);
}
