import { html } from '../../html.js';
import { listing } from '../../listing.js';
import { textOf } from '../../markup.js';
import { counted, percent, signedPercent } from '../../numbers.js';
import type { BaselineComparison, BenchReport } from '../results.js';
import { pointsInterval } from './figures.js';
import { entryLink, nameList, paragraph, type Section } from './section.js';

interface Compared {
  readonly id: string;
  readonly index: number;
  readonly now: number;
  readonly baseline: BaselineComparison;
}

/** What changed against the baseline, and what only one of the two has; undefined where there is no baseline. */
export function baselineSection({ baseline, entries }: BenchReport): Section | undefined {
  if (baseline === null) return undefined;
  const compared = entries.flatMap((entry, index): Compared[] => {
    const now = (entry.tuned ?? entry.approx)?.top1;
    if (entry.baseline === null || now === undefined) return [];
    return [{ id: entry.id, index, now, baseline: entry.baseline }];
  });
  const changed = compared
    .filter((one) => one.baseline.change !== 0)
    .sort((a, b) => a.baseline.change - b.baseline.change);
  const { added, stale } = baseline;
  const summary = [
    `Against ${baseline.file}`,
    `${counted(compared.length, 'entry', 'entries')} compared, ${changed.length} changed`,
    `${added.length} added`,
    `${stale.length} gone`,
  ].join(' · ');
  return {
    id: 'changes',
    title: 'Changes against the baseline',
    content: [
      paragraph(summary),
      ...(changed.length === 0 ? [] : [changesTable(changed)]),
      ...(added.length === 0 ? [] : [nameList('Added, not in the baseline', added)]),
      ...(stale.length === 0 ? [] : [nameList('Gone, only in the baseline', stale)]),
    ],
  };
}

function changesTable(changed: readonly Compared[]): string {
  return listing<Compared>({
    label: 'Changes',
    rows: changed,
    columns: [
      {
        header: 'entry',
        look: 'long',
        value: ({ id }) => id,
        markup: ({ id, index }) => entryLink(id, index),
      },
      {
        header: 'change',
        title: 'of top-1 in percentage points',
        look: 'number',
        value: ({ baseline }) => baseline.change,
        text: ({ baseline }) => signedPercent(baseline.change),
      },
      {
        header: '95 % interval',
        look: 'number',
        value: ({ baseline }) => baseline.changeInterval[0],
        text: ({ baseline }) => pointsInterval(baseline.changeInterval),
      },
      {
        header: 'meaning',
        value: ({ baseline }) => meaning(baseline).text,
        markup: ({ baseline }) => {
          const { look, text } = meaning(baseline);
          return html('span', { class: look }, textOf(text));
        },
      },
      {
        header: 'baseline %',
        look: 'number',
        value: ({ baseline }) => baseline.top1,
        text: ({ baseline }) => percent(baseline.top1),
      },
      { header: 'now %', look: 'number', value: ({ now }) => now, text: ({ now }) => percent(now) },
      {
        header: 'match',
        title: 'what the two have in common',
        value: ({ baseline }) => (baseline.match === 'content' ? 'content' : 'name only'),
      },
    ],
  });
}

/** A change counts where its interval does not contain 0. */
function meaning({ changeInterval: [low, high] }: BaselineComparison): { look: string; text: string } {
  if (high < 0) return { look: 'verdict fail', text: '▼ worse' };
  if (low > 0) return { look: 'verdict pass', text: '▲ better' };
  return { look: 'muted', text: 'within chance' };
}
