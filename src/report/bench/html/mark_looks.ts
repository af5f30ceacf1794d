import { html } from '../../html.js';
import { textOf } from '../../markup.js';
import { element } from '../../svg.js';
import type { Verdict } from '../results.js';

/** How a point is drawn: shapes differ beside colours, for those who cannot tell these apart and for grey paper. */
export interface MarkLook {
  /** Outline in the square from −1 to 1. */
  readonly path: string;
  readonly color: string;
  readonly fill: 'full' | 'paper' | 'none';
}

const circle = 'M-1 0A1 1 0 1 1 1 0A1 1 0 1 1 -1 0Z';
const cross = 'M-0.9 -0.9L0.9 0.9M0.9 -0.9L-0.9 0.9';
const diamond = 'M0 -1.2L1.2 0L0 1.2L-1.2 0Z';
const square = 'M-0.9 -0.9L0.9 -0.9L0.9 0.9L-0.9 0.9Z';
const triangle = 'M0 -1.1L1.1 0.9L-1.1 0.9Z';
const plus = 'M0 -1.1L0 1.1M-1.1 0L1.1 0';

/** 'none': without gates. */
export type Judged = Verdict | 'none';

export const verdictLooks: Readonly<Record<Judged, MarkLook>> = {
  pass: { path: circle, color: 'var(--pass)', fill: 'full' },
  fail: { path: cross, color: 'var(--fail)', fill: 'none' },
  undecided: { path: diamond, color: 'var(--undecided)', fill: 'paper' },
  none: { path: circle, color: 'var(--accent)', fill: 'full' },
};

export const beforeRetraining: MarkLook = { path: circle, color: 'var(--quiet)', fill: 'paper' };

/** For what has no verdict, such as entries beside each other; as many as can be told apart. */
export const seriesLooks: readonly MarkLook[] = [
  { path: circle, color: 'var(--series-1)', fill: 'full' },
  { path: square, color: 'var(--series-2)', fill: 'full' },
  { path: triangle, color: 'var(--series-3)', fill: 'full' },
  { path: diamond, color: 'var(--series-4)', fill: 'paper' },
  { path: plus, color: 'var(--series-5)', fill: 'none' },
  { path: circle, color: 'var(--series-6)', fill: 'paper' },
];

export function fillOf({ fill, color }: MarkLook): string {
  return fill === 'full' ? color : fill === 'paper' ? 'var(--paper)' : 'none';
}

/** One line of a legend: a mark, and what it stands for. */
export function legendItem(look: MarkLook, text: string): string {
  const mark = element('path', { d: look.path, fill: fillOf(look), stroke: look.color, 'stroke-width': 0.4 });
  return legendLine(mark, text);
}

/** The same with a stretch of a line. */
export function legendStroke(look: string, text: string): string {
  return legendLine(element('path', { class: look, d: 'M-1.5 0H1.5' }), text);
}

function legendLine(mark: string, text: string): string {
  return html(
    'li',
    {},
    element('svg', { viewBox: '-1.5 -1.5 3 3', 'aria-hidden': 'true' }, mark),
    textOf(text),
  );
}
