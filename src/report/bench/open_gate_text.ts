import { fixed, spanning } from '../numbers.js';
import type { Style } from '../style.js';
import { type Column, table } from '../table.js';
import { sortedEntries } from './entry_order.js';
import { imagesText, limitText, type OpenGate, openGates, verdictMarks } from './gate_text.js';
import type { BenchReport } from './results.js';

const columns: Column<OpenGate>[] = [
  {
    header: '',
    cell: ({ gate }) => verdictMarks[gate.verdict].padEnd(4),
    emphasis: ({ gate }) => (gate.verdict === 'fail' ? 'bad' : 'caution'),
  },
  { header: 'gates not passed', cell: ({ entry }) => entry.id, shrinkTo: 16, gap: 1 },
  { header: 'gate', cell: ({ gate }) => gate.gate },
  { header: 'limit', align: 'right', cell: ({ gate }) => limitText(gate) },
  { header: 'is', align: 'right', cell: ({ gate }) => fixed(gate.actual, 2), emphasis: () => 'strong' },
  {
    header: '95 %',
    align: 'right',
    gap: 1,
    cell: ({ gate }) => spanning(gate.interval),
    emphasis: () => 'quiet',
  },
  {
    header: 'decided by',
    align: 'right',
    cell: ({ gate }) => {
      if (gate.verdict === 'fail') return '';
      const images = imagesText(gate);
      return images === null ? 'more images' : `${images} images`;
    },
    brief: ({ gate }) => (gate.verdict === 'fail' ? '' : (imagesText(gate) ?? 'more')),
  },
];

/** One line per gate that failed or is undecided; none where all pass. */
export function openGateLines(report: BenchReport, style: Style, width: number): string[] {
  const open = openGates(sortedEntries(report));
  const undecided = open.some(({ gate }) => gate.verdict === 'undecided');
  const shown = undecided ? columns : columns.slice(0, -1);
  return open.length === 0 ? [] : table(shown, open, width, style);
}
