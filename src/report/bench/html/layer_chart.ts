import { printable, shorten } from '../../printable.js';
import { linearScale } from './axis_scale.js';
import { barSeries, type ChartOption, colors, pointSeries, type Series, scaleAxis } from './chart_parts.js';
import type { LayerBlock } from './layer_figures.js';
import { seriesLooks } from './mark_looks.js';
import type { Chart, ChartSize, MarkOf } from './svg_chart.js';

const leastRow = 22;
const top = 8;
const bottom = 48;
const characterWidth = 6.7;

/** Pixels between entries that share the row of a layer, so that their intervals do not cover each other. */
const spread = 7;

/** As high as its layers need. */
export function layerChartSize({ measure, layers, rows }: LayerBlock, width: number): ChartSize {
  const row = measure === 'drop' ? Math.max(leastRow, spread * (rows.length + 1)) : leastRow;
  return { width, height: top + row * layers.length + bottom };
}

/**
 * Layers from top to bottom, a mark for each of the entries (at most as many as there are looks).
 * @param longest characters of a layer's name that are written
 * @param note index of the text at the mark of an entry at a layer
 */
export function layerChart(
  block: LayerBlock,
  longest: number,
  note: (entry: number, layer: string) => number,
): Chart {
  const { measure, layers, rows } = block;
  const percent = measure === 'drop' ? 100 : 1;
  const all = rows.flatMap(({ figures }) =>
    [...figures.values()].flatMap(({ value, interval }) => [value, ...(interval ?? [])]),
  );
  const x = linearScale([0, ...all.filter(Number.isFinite).map((value) => percent * value)]);
  const series: Series[] = [];
  const items: MarkOf[][] = [];
  rows.forEach(({ one, figures }, row) => {
    const look = seriesLooks[row]!;
    const shift = measure === 'drop' ? spread * (row - (rows.length - 1) / 2) : 0;
    const measured = layers.flatMap((layer, y) => {
      const figure = figures.get(layer);
      return figure !== undefined && Number.isFinite(figure.value) ? [{ layer, y, ...figure }] : [];
    });
    const places = measured.map(({ value, y }) => ({ x: percent * value, y }));
    const marks = measured.map(({ layer }) => ({ entry: one.index, note: note(one.index, layer) }));
    const silent = marks.map(({ entry }) => ({ entry, note: null }));
    if (measure === 'drop') {
      const bars = measured.map(({ interval, y }) => ({
        from: [percent * interval![0], y] as const,
        to: [percent * interval![1], y] as const,
        shift,
      }));
      series.push(barSeries(bars, look.color));
      items.push(silent);
    } else {
      series.push({
        type: 'line',
        z: 2,
        silent: true,
        clip: false,
        symbol: 'none',
        lineStyle: { color: look.color, width: 1, opacity: 0.6 },
        data: places.map(({ x: value, y }) => [value, y]),
      });
      items.push([]);
    }
    series.push({ ...pointSeries(places, look, 8), symbolOffset: [0, shift] });
    items.push(marks);
  });
  const names = layers.map((layer) => shorten(shortLayer(layer), longest));
  const left = 14 + characterWidth * Math.max(...names.map((name) => [...name].length));
  const label = measure === 'drop' ? 'drop of top-1 in points' : 'SQNR in dB';
  const option: ChartOption = {
    grid: { left, right: 16, top, bottom, outerBoundsMode: 'none' },
    xAxis: scaleAxis(x, label, 28),
    yAxis: {
      type: 'category',
      inverse: true,
      data: layers.map((_, i) => String(i)),
      axisLabel: { interval: 0, color: colors.ink, formatter: (at: string) => names[Number(at)]! },
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colors.quiet } },
      splitLine: { show: true, interval: 0, lineStyle: { color: colors.line } },
    },
    series,
  };
  return { option, mark: (which, item) => items[which]?.[item] ?? null };
}

/** Without the slash and the operator that exporters put around, /conv1/Conv → conv1; fit for a drawing. */
export function shortLayer(name: string): string {
  return printable(name)
    .replace(/^\//, '')
    .replace(/(?<=.)\/(Conv|Gemm|MatMul)$/, '');
}
