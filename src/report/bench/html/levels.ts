import { percent } from '../../numbers.js';
import { colors } from './chart_parts.js';
import type { Box } from './label_places.js';
import type { Evaluated, Network } from './networks.js';

/** An accuracy that all entries of a network are compared with, as a line across the chart. */
export interface Level {
  readonly label: string;
  readonly accuracy: number;
  /** Where its name stands. */
  readonly side: 'Start' | 'End';
  readonly above: boolean;
}

/**
 * Float32, the exact multiplier and the least accuracy that gates ask for, each where it is the same for all entries;
 * highest first. The first two are named at the given side, the gate at the other one; the highest above its line, the
 * others below, since the first two are often close.
 */
export function levelsOf({ entries }: Network, side: Level['side']): Level[] {
  const common = (name: string, at: Level['side'], of: (one: Evaluated) => number | undefined) => {
    const values = new Set(entries.map(of));
    const [value] = values;
    if (values.size !== 1 || value === undefined) return [];
    return [{ label: `${name} ${percent(value)}`, accuracy: value, side: at }];
  };
  const least = ({ entry }: Evaluated) => {
    const limit = entry.gates.find(({ gate }) => gate === 'minTop1')?.limit;
    return limit === undefined ? undefined : limit / 100;
  };
  return [
    ...common('float32', side, ({ entry }) => entry.float?.top1),
    ...common('exact', side, ({ entry }) => entry.exact?.top1),
    ...common('gate', side === 'Start' ? 'End' : 'Start', least),
  ]
    .sort((a, b) => b.accuracy - a.accuracy)
    .map((level, i) => ({ ...level, above: i === 0 }));
}

/** Dashed lines with their names. */
export function levelLines(levels: readonly Level[], place: (accuracy: number) => number) {
  return {
    silent: true,
    symbol: 'none',
    animation: false,
    lineStyle: { color: colors.quiet, width: 1, type: 'dashed' as const },
    data: levels.map(({ label, accuracy, side, above }) => ({
      yAxis: place(accuracy),
      name: label,
      label: {
        position: `inside${side}${above ? 'Top' : 'Bottom'}` as const,
        formatter: () => label,
        color: colors.quiet,
        textBorderColor: colors.paper,
        textBorderWidth: 3,
      },
    })),
  };
}

/** Where the names of levels stand, in pixels. */
export function levelBoxes(levels: readonly Level[], area: Box, y: (accuracy: number) => number): Box[] {
  return levels.map(({ label, accuracy, side, above }) => {
    const width = 7 * label.length;
    const line = y(accuracy);
    return {
      left: side === 'Start' ? area.left : area.right - width,
      right: side === 'Start' ? area.left + width : area.right,
      top: above ? line - 18 : line,
      bottom: above ? line : line + 18,
    };
  });
}
