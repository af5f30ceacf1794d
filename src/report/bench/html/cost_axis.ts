import { relative } from '../../lut/metrics_text.js';
import { fixed, percent, signed, significant } from '../../numbers.js';
import type { BenchEntry, BenchMultiplier, BenchReport } from '../results.js';
import { type AxisScale, linearScale, magnitudeScale } from './axis_scale.js';

/** What accuracies are drawn against. */
export interface CostAxis {
  readonly id: string;
  /** For the switch. */
  readonly name: string;
  /** Below the axis. */
  readonly label: string;
  /** null: not known. */
  value(entry: BenchEntry, multiplier: BenchMultiplier | undefined): number | null;
  scale(values: readonly number[]): AxisScale;
  /** As it stands in notes. */
  text(value: number): string;
  /** Heads the list of those that have none. */
  readonly missing: string;
  /** Whether less of it is worth having, so that there is a Pareto front. */
  readonly saved: boolean;
}

const power: CostAxis = {
  id: 'power',
  name: 'Power',
  label: 'power of all multiplications, % of exact',
  value: ({ relativePower }) => relativePower,
  scale: (values) => {
    const { place, ...scale } = linearScale([0, ...values.map((value) => 100 * value)]);
    return { ...scale, place: (value) => place(100 * value) };
  },
  text: (value) => `power ${percent(value, 1)} % of exact`,
  missing: 'Without relative power',
  saved: true,
};

const milliwatt: CostAxis = {
  id: 'milliwatt',
  name: 'Power in mW',
  label: 'power of one multiplier in mW',
  value: (_, multiplier) => multiplier?.power?.milliwatt ?? null,
  scale: (values) => linearScale([0, ...values]),
  text: (value) => `${significant(value)} mW`,
  missing: 'Without power',
  saved: true,
};

/** An error metric of the multiplier; null where it is none, as in tables without nonzero products. */
function metric(
  names: Pick<CostAxis, 'id' | 'name' | 'label'>,
  of: (metrics: BenchMultiplier['metrics']) => number,
  text: (value: number) => string,
): CostAxis {
  return {
    ...names,
    value: (_, multiplier) => {
      const value = multiplier && of(multiplier.metrics);
      return Number.isFinite(value) ? value! : null;
    },
    scale: magnitudeScale,
    text,
    missing: `Without ${names.name}`,
    saved: false,
  };
}

const metrics: readonly CostAxis[] = [
  metric(
    { id: 'mae', name: 'MAE', label: 'mean absolute error of the multiplier' },
    ({ mae }) => mae,
    (value) => `MAE ${significant(value)}`,
  ),
  metric(
    { id: 'mred', name: 'MRED', label: 'mean relative error of the multiplier in %' },
    ({ mred }) => 100 * mred,
    (value) => `MRED ${relative(value / 100)} %`,
  ),
  metric(
    { id: 'bias', name: 'Bias', label: 'mean error of the multiplier' },
    ({ bias }) => bias,
    (value) => `bias ${signed(value)}`,
  ),
];

/**
 * The axes that a page offers, the first one at the start: power where any is known; mW only where some entry has no
 * other power.
 */
export function costAxes({ entries, multipliers }: BenchReport): CostAxis[] {
  const known = new Map(multipliers.map((multiplier) => [multiplier.name, multiplier]));
  const relativeKnown = entries.some(({ relativePower }) => relativePower !== null);
  const onlyAbsolute = entries.some(
    ({ relativePower, multiplier }) => relativePower === null && known.get(multiplier)?.power != null,
  );
  return [...(relativeKnown ? [power] : []), ...(onlyAbsolute ? [milliwatt] : []), ...metrics];
}

/** The power of a multiplier's circuit in words. */
export function powerText({ power: circuit }: BenchMultiplier): string {
  if (circuit === null) return 'power not known';
  const share = circuit.relative === null ? '' : `, ${percent(circuit.relative, 1)} % of exact`;
  return `${fixed(circuit.milliwatt, 3)} mW${share} (${circuit.source})`;
}
