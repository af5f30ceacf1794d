import { listing } from '../../listing.js';
import { count, counted, fixed } from '../../numbers.js';
import type { BenchReport, GateResult, Verdict } from '../results.js';
import { gateText } from './figures.js';
import { verdictBadge } from './overview.js';
import { entryLink, paragraph, type Section } from './section.js';

interface Judgement {
  readonly id: string;
  readonly index: number;
  readonly result: GateResult;
}

/** What needs attention comes first. */
const order: readonly Verdict[] = ['fail', 'undecided', 'pass'];

/** Every gate of every entry with its verdict; undefined where there is none. */
export function gatesSection({ entries }: BenchReport): Section | undefined {
  const all = entries.flatMap(({ id, gates }, index) => gates.map((result) => ({ id, index, result })));
  if (all.length === 0) return undefined;
  const rows = order.flatMap((verdict) => all.filter(({ result }) => result.verdict === verdict));
  const counts = order.map(
    (verdict) => `${count(all.filter(({ result }) => result.verdict === verdict).length)} ${verdict}`,
  );
  return {
    id: 'gates',
    title: 'Gates',
    content: [
      paragraph(
        `${counted(all.length, 'gate')}: ${counts.join(', ')}. Undecided: the 95 % interval contains the limit.`,
      ),
      listing<Judgement>({
        label: 'Gates',
        rows,
        columns: [
          {
            header: 'entry',
            look: 'long',
            value: ({ id }) => id,
            markup: ({ id, index }) => entryLink(id, index),
          },
          {
            header: 'verdict',
            value: ({ result }) => result.verdict,
            markup: ({ result }) => verdictBadge(result.verdict),
          },
          { header: 'gate', value: ({ result }) => gateText(result) },
          {
            header: 'measured',
            title: 'top-1 in percent, differences in percentage points',
            look: 'number',
            value: ({ result }) => result.actual,
            text: ({ result }) => fixed(result.actual, 2),
          },
          {
            header: '95 % interval',
            look: 'number',
            value: ({ result }) => result.interval[0],
            text: ({ result: { interval } }) => `${fixed(interval[0], 2)} … ${fixed(interval[1], 2)}`,
          },
          {
            header: 'images needed',
            title: 'that would decide it if the figure stayed',
            look: 'number',
            value: ({ result }) => result.imagesNeeded,
            text: ({ result }) => count(result.imagesNeeded ?? 0),
          },
        ],
      }),
    ],
  };
}
