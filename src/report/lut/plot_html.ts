import { html, htmlPage, type Page } from '../html.js';
import { textOf } from '../markup.js';
import { element } from '../svg.js';
import { errorFigures, metricsText, operandsText } from './metrics_text.js';
import {
  activationPanel,
  densityPanel,
  heatMap,
  histogramPanel,
  type Part,
  weightPanel,
} from './plot_panels.js';
import type { LutPlotRecord } from './plot_record.js';
import { plotScript } from './plot_script.js';
import { plotStyle } from './plot_style.js';

const pageStyle = `${plotStyle}
body { max-width: 832px; }
svg { display: block; width: 100%; height: auto; }
.map { position: relative; border-radius: 4px; }
.map svg { cursor: crosshair; }
.cross { fill: none; stroke: #1f2328; stroke-width: 1; opacity: 0.45; }
.spot { fill: none; stroke: #1f2328; stroke-width: 1.5; }
.halo { fill: none; stroke: #ffffff; stroke-width: 4; }
.cell { display: flex; flex-wrap: wrap; gap: 4px 20px; align-items: end; margin: 8px 0 16px; padding: 8px 12px; border: 1px solid var(--line); border-radius: 6px; background: var(--raised); }
.cell label, .cell dt { display: block; font-size: 12px; color: var(--quiet); }
.cell input { width: 80px; }
.cell dl { display: contents; }
.cell dd { margin: 0; min-width: 64px; padding: 5px 0; font-variant-numeric: tabular-nums; }
table { border-collapse: collapse; }
td, th { padding: 3px 24px 3px 0; border-bottom: 1px solid var(--line); text-align: left; font-weight: normal; }
td { text-align: right; padding-right: 0; font-variant-numeric: tabular-nums; }
@media (min-width: 720px) {
.upper { display: grid; grid-template: "map side" "cell cell" / 540fr 260fr; }
.map { grid-area: map; } .side { grid-area: side; } .cell { grid-area: cell; }
.lower { display: grid; grid-template-columns: 1fr 1fr; }
}
@media (max-width: 719px) {
.map text { font-size: 14px; }
.side > * { max-width: 300px; }
.lower > * { max-width: 400px; }
}
@media (prefers-color-scheme: dark) {
.cross, .spot { stroke: #ffffff; } .halo { stroke: #0d1117; }
}
`;

/**
 * The picture of `lutSvg` as a page that stands alone and shows what the table holds for the operand pair that is
 * pointed at, or chosen by keyboard.
 */
export function lutHtml(record: LutPlotRecord): string {
  const { multiplier, metrics } = record;
  const page: Page = {
    title: multiplier.name,
    style: pageStyle,
    script: plotScript,
    body: [
      html('h1', {}, textOf(multiplier.name)),
      html('p', { class: 'muted' }, textOf(operandsText(multiplier))),
      html('p', {}, textOf(metricsText(metrics))),
      html(
        'div',
        { class: 'upper' },
        html(
          'div',
          {
            class: 'map',
            tabindex: 0,
            role: 'application',
            'aria-label': 'Error by operands: arrow keys choose an operand pair, with Shift in steps of 16',
          },
          inline(heatMap(record)),
        ),
        cell(record),
        html('div', { class: 'side' }, inline(histogramPanel(record)), inline(densityPanel(record))),
      ),
      html('div', { class: 'lower' }, inline(activationPanel(record)), inline(weightPanel(record))),
      html('h2', {}, 'Error metrics over all operand pairs'),
      metricsTable(record),
      tableData(record),
    ],
  };
  return htmlPage(page);
}

function inline({ width, height, markup }: Part): string {
  return element('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img' }, markup);
}

/** Where the script writes about the chosen pair; the inputs choose one without a pointer. */
function cell({ multiplier, firstActivation, firstWeight }: LutPlotRecord): string {
  const size = 2 ** multiplier.bits;
  const operand = (id: string, label: string, first: number) =>
    html(
      'div',
      {},
      html('label', { for: id }, textOf(label)),
      html('input', { id, type: 'number', min: first, max: first + size - 1, step: 1, value: 0 }),
    );
  const value = (id: string, label: string) =>
    html('div', {}, html('dt', {}, textOf(label)), html('dd', { id }, '–'));
  return html(
    'div',
    { class: 'cell' },
    operand('a', 'activation a', firstActivation),
    operand('w', 'weight w', firstWeight),
    html(
      'dl',
      { 'aria-live': 'polite' },
      value('product', 'T(a, w)'),
      value('exact', 'a·w'),
      value('error', 'error'),
      value('relative', 'relative error'),
    ),
  );
}

function metricsTable({ metrics }: LutPlotRecord): string {
  const rows = errorFigures.map(({ name, about, text }) =>
    html(
      'tr',
      {},
      html('th', { scope: 'row' }, textOf(`${name}: ${about}`)),
      html('td', {}, textOf(text(metrics))),
    ),
  );
  return html('table', {}, html('tbody', {}, ...rows));
}

/** The table as base64 of int32 little-endian, in a script element that no browser runs. */
function tableData({ multiplier, firstActivation, firstWeight }: LutPlotRecord): string {
  const bytes = Buffer.alloc(4 * multiplier.table.length);
  multiplier.table.forEach((product, i) => {
    bytes.writeInt32LE(product, 4 * i);
  });
  return html(
    'script',
    {
      id: 'table',
      type: 'application/octet-stream',
      'data-size': 2 ** multiplier.bits,
      'data-first-activation': firstActivation,
      'data-first-weight': firstWeight,
    },
    bytes.toString('base64'),
  );
}
