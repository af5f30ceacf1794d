import { html } from '../../html.js';
import { type ListingColumn, listing } from '../../listing.js';
import { textOf } from '../../markup.js';
import { decibels, percent } from '../../numbers.js';
import { chartView, drawingWidths } from './chart_view.js';
import { pointsInterval } from './figures.js';
import { layerChart, layerChartSize, shortLayer } from './layer_chart.js';
import { type LayerBlock, type LayerFigure, layerBlocks } from './layer_figures.js';
import { legendItem, seriesLooks } from './mark_looks.js';
import { type Network, nameWithin } from './networks.js';
import { layerNote, type Notes } from './notes.js';
import { frontOf } from './placed.js';
import { entryLink, paragraph, type Section } from './section.js';
import type { DrawChart } from './svg_chart.js';

/** Which layers an approximate multiplier costs accuracy at; undefined where nothing is known of any. */
export function layersSection(
  networks: readonly Network[],
  notes: Notes,
  draw: DrawChart,
): Section | undefined {
  const figures = networks.flatMap((network) =>
    layerBlocks(network).map((block) => blockFigure(network, block, notes, draw)),
  );
  if (figures.length === 0) return undefined;
  return { id: 'layers', title: 'Layers', content: figures };
}

const explanation = {
  drop: 'Drop of top-1 in points where this layer alone is approximate, with its 95 % interval.',
  sqnr: 'SQNR in dB: what the multiplier adds to the output of the layer, against the exact one. Low is noisy.',
} as const;

function blockFigure(network: Network, block: LayerBlock, notes: Notes, draw: DrawChart): string {
  const drawn = { ...block, rows: drawnRows(network, block) };
  const places = new Map<string, number>();
  for (const { one, figures } of drawn.rows) {
    for (const [layer, figure] of figures) {
      places.set(`${one.index} ${layer}`, notes.add(layerNote(one.entry, layer, block.measure, figure)));
    }
  }
  const note = (entry: number, layer: string) => places.get(`${entry} ${layer}`)!;
  const { full, narrow } = drawingWidths;
  const what = block.measure === 'drop' ? 'Accuracy drop' : 'Noise';
  const rest = block.rows.length - drawn.rows.length;
  return html(
    'figure',
    {},
    html('figcaption', {}, html('strong', {}, textOf(`${what} per layer of ${network.title}`))),
    paragraph(
      rest === 0
        ? explanation[block.measure]
        : `${explanation[block.measure]} The chart shows ${drawn.rows.length} entries, the table ${block.rows.length}.`,
    ),
    html(
      'ul',
      { class: 'legend' },
      ...drawn.rows.map(({ one }, i) => legendItem(seriesLooks[i]!, nameWithin(one))),
    ),
    chartView(
      draw,
      `${what} per layer of ${network.title}`,
      { chart: layerChart(drawn, 34, note), size: layerChartSize(drawn, full) },
      { chart: layerChart(drawn, 16, note), size: layerChartSize(drawn, narrow) },
    ),
    html('details', {}, html('summary', {}, 'Table of all entries and layers'), layerTable(block)),
  );
}

/**
 * As many entries as can be told apart, in the order of the suite: those of the Pareto front of power rather than
 * others, and none whose layers show nothing, as those of exact products, where any shows something.
 */
function drawnRows({ entries }: Network, { rows }: LayerBlock): LayerBlock['rows'] {
  const priced = entries.flatMap((one) =>
    one.entry.relativePower === null ? [] : [{ ...one, cost: one.entry.relativePower }],
  );
  const front = new Set(frontOf(priced).map(({ index }) => index));
  const telling = rows.filter(({ figures }) =>
    [...figures.values()].some(({ value }) => value !== 0 && Number.isFinite(value)),
  );
  const candidates = telling.length === 0 ? rows : telling;
  const inFront = candidates.filter(({ one }) => front.has(one.index));
  const others = candidates.filter(({ one }) => !front.has(one.index));
  const chosen = new Set([...inFront, ...others].slice(0, seriesLooks.length));
  return rows.filter((row) => chosen.has(row));
}

type Row = LayerBlock['rows'][number];

function layerTable({ measure, layers, rows }: LayerBlock): string {
  const columns: ListingColumn<Row>[] = [
    {
      header: 'entry',
      look: 'long',
      value: ({ one }) => one.entry.id,
      markup: ({ one }) => entryLink(one.entry.id, one.index),
    },
    ...layers.map((layer): ListingColumn<Row> => {
      const of = ({ figures }: Row) => figures.get(layer);
      return {
        header: shortLayer(layer),
        title: layer,
        look: 'number',
        value: (row) => sorted(of(row)),
        markup: (row) => heatCell(measure, of(row)),
      };
    }),
  ];
  return html(
    'div',
    { class: 'heat' },
    listing({ label: `Layers, ${measure === 'drop' ? 'drop in points' : 'SQNR in dB'}`, columns, rows }),
  );
}

/** No noise at all sorts above any noise. */
function sorted(figure: LayerFigure | undefined): number | null {
  return figure === undefined ? null : Math.min(figure.value, Number.MAX_SAFE_INTEGER);
}

/** Where the next stronger tint begins; of a drop in points, of a SQNR in dB below 40. */
const tints = { drop: [0.1, 0.3, 1, 3, 10], sqnr: [0, 10, 20, 30, 40] } as const;

/** The stronger the tint, the more a layer costs; none where the interval of a drop contains 0. */
function heatCell(measure: LayerBlock['measure'], figure: LayerFigure | undefined): string {
  if (figure === undefined) return '–';
  const { value, interval } = figure;
  if (measure === 'sqnr') {
    const strength = tints.sqnr.filter((from) => 40 - value >= from).length;
    return html('span', { class: `heat-${strength}` }, textOf(decibels(value === Infinity ? 'inf' : value)));
  }
  const certain = interval !== null && interval[0] > 0;
  const strength = certain ? tints.drop.filter((from) => 100 * value >= from).length : 0;
  const title = interval === null ? undefined : `95 %: ${pointsInterval(interval)}`;
  return html('span', { class: `heat-${strength}`, title }, textOf(percent(value)));
}
