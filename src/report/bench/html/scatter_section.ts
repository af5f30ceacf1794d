import { html } from '../../html.js';
import { textOf } from '../../markup.js';
import { counted, metric } from '../../numbers.js';
import type { BenchMultiplier, BenchReport } from '../results.js';
import { chartView, drawingWidths } from './chart_view.js';
import { type CostAxis, costAxes } from './cost_axis.js';
import { beforeRetraining, legendItem, legendStroke, verdictLooks } from './mark_looks.js';
import type { Network } from './networks.js';
import { placedOn } from './placed.js';
import { scatterChart } from './scatter_chart.js';
import { nameList, paragraph, type Section } from './section.js';
import type { ChartSize, DrawChart } from './svg_chart.js';

/** Accuracy against power and error metrics, a panel for each network; a switch chooses the axis. */
export function scatterSection(
  report: BenchReport,
  networks: readonly Network[],
  multipliers: ReadonlyMap<string, BenchMultiplier>,
  draw: DrawChart,
): Section {
  const section = { id: 'accuracy', title: 'Accuracy against power and error' };
  if (networks.length === 0) return { ...section, content: [paragraph('No entry was evaluated.')] };
  const axes = costAxes(report);
  const shown = firstShown(axes, networks, multipliers);
  const choices = axes.flatMap(({ id, name }, i) => [
    html('input', {
      type: 'radio',
      name: 'axis',
      id: `axis-${id}`,
      checked: i === shown ? '' : undefined,
    }),
    html('label', { for: `axis-${id}` }, textOf(name)),
  ]);
  const panels = axes.map((axis) =>
    html(
      'div',
      { class: `panels by-${axis.id}${networks.length > 1 ? ' several' : ''}` },
      ...networks.map((network) => panel(axis, network, multipliers, networks.length > 1, draw)),
    ),
  );
  return {
    ...section,
    content: [
      legend(networks, axes),
      html('fieldset', { class: 'switch' }, html('legend', {}, 'Horizontal axis'), ...choices, ...panels),
    ],
  };
}

/** The first axis on which at least half of the entries have a place. */
function firstShown(
  axes: readonly CostAxis[],
  networks: readonly Network[],
  multipliers: ReadonlyMap<string, BenchMultiplier>,
): number {
  const entries = networks.reduce((sum, network) => sum + network.entries.length, 0);
  const placed = (axis: CostAxis) =>
    networks.reduce((sum, network) => sum + placedOn(axis, network, multipliers).length, 0);
  return Math.max(
    0,
    axes.findIndex((axis) => 2 * placed(axis) >= entries),
  );
}

/** Rules that show the panels of the chosen axis; they need no script. */
export const switchStyle = ['power', 'milliwatt', 'mae', 'mred', 'bias']
  .map((id) => `#axis-${id}:checked ~ .by-${id} { display: grid; }`)
  .join('\n');

function panel(
  axis: CostAxis,
  network: Network,
  multipliers: ReadonlyMap<string, BenchMultiplier>,
  several: boolean,
  draw: DrawChart,
): string {
  const placed = placedOn(axis, network, multipliers);
  const missing = network.entries.filter(({ index }) => !placed.some((one) => one.index === index));
  const drawings = () => {
    const drawn = (size: ChartSize) => ({ chart: scatterChart(axis, network, placed, size), size });
    return chartView(
      draw,
      `Top-1 accuracy of ${network.title} against ${axis.name}`,
      drawn(
        several ? { width: drawingWidths.half, height: 380 } : { width: drawingWidths.full, height: 420 },
      ),
      drawn({ width: drawingWidths.narrow, height: 340 }),
    );
  };
  return html(
    'figure',
    {},
    html('figcaption', {}, html('strong', {}, textOf(network.title)), paragraph(about(network))),
    placed.length === 0 ? paragraph('Nothing to draw on this axis.') : drawings(),
    missing.length === 0
      ? ''
      : nameList(
          axis.missing,
          missing.map(({ entry }) => entry.id),
        ),
  );
}

function about({ model, dataset, entries }: Network): string {
  const samples = Math.max(...entries.map(({ entry }) => entry.samples));
  return [
    counted(samples, 'image'),
    ...(dataset === undefined ? [] : [`${dataset.split} split`]),
    ...(model === undefined ? [] : [`${metric(model.macs)} MACs per image`]),
  ].join(' · ');
}

function legend(networks: readonly Network[], axes: readonly CostAxis[]): string {
  const entries = networks.flatMap((network) => network.entries.map(({ entry }) => entry));
  const has = (verdict: string | null) => entries.some((entry) => entry.verdict === verdict);
  const items = [
    ...(has('pass') ? [legendItem(verdictLooks.pass, 'passes its gates')] : []),
    ...(has('fail') ? [legendItem(verdictLooks.fail, 'fails')] : []),
    ...(has('undecided') ? [legendItem(verdictLooks.undecided, 'undecided: more images are needed')] : []),
    ...(has(null) ? [legendItem(verdictLooks.none, 'entry without gates')] : []),
    ...(entries.some(({ tuned }) => tuned !== null)
      ? [legendItem(beforeRetraining, 'before retraining')]
      : []),
    legendStroke('interval', '95 % interval'),
    ...(axes.some(({ saved }) => saved) ? [legendStroke('front', 'Pareto front')] : []),
  ];
  return html('ul', { class: 'legend' }, ...items);
}
