import { html } from '../../html.js';
import type { Chart, ChartSize, DrawChart } from './svg_chart.js';

/** Widths of drawings in pixels: for a page of its own, beside another one, and on a phone. */
export const drawingWidths = { full: 880, half: 540, narrow: 368 } as const;

/**
 * A chart as two drawings: one that is shrunk to the width of a phone cannot be read. The style sheet shows the one that
 * fits; `label` says to those who do not see it what it is.
 */
export function chartView(
  draw: DrawChart,
  label: string,
  wide: { readonly chart: Chart; readonly size: ChartSize },
  narrow: { readonly chart: Chart; readonly size: ChartSize },
): string {
  const drawing = (look: string, { chart, size }: typeof wide) =>
    html(
      'div',
      {
        class: `chart ${look}`,
        role: 'group',
        'aria-label': `${label}; arrow keys go from point to point, Enter to the entry`,
      },
      draw(chart, size),
    );
  return drawing('wide', wide) + drawing('narrow', narrow);
}
