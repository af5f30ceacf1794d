import { shorten } from '../../printable.js';
import { accuracyScale, toPixels } from './axis_scale.js';
import { barSeries, type ChartOption, colors, pointSeries, type Series, scaleAxis } from './chart_parts.js';
import type { CostAxis } from './cost_axis.js';
import { around, type Box, type LabelPlace, labelPlaces } from './label_places.js';
import { levelBoxes, levelLines, levelsOf } from './levels.js';
import { beforeRetraining, type Judged, verdictLooks } from './mark_looks.js';
import { type Network, nameWithin } from './networks.js';
import { frontOf, type Placed } from './placed.js';
import type { Chart, ChartSize, MarkOf } from './svg_chart.js';

/** Up to so many entries all have their names beside them, where there is room; of more, those of the front have. */
const mostNamed = 24;
const longestName = 22;

const grid = { left: 52, right: 16, top: 16, bottom: 48 } as const;

/** Accuracy with its interval over a cost; the notes of marks are those of the entries. */
export function scatterChart(
  axis: CostAxis,
  network: Network,
  placed: readonly Placed[],
  { width, height }: ChartSize,
): Chart {
  const levels = levelsOf(network, axis.saved ? 'Start' : 'End');
  const retrained = placed.filter(({ entry }) => entry.tuned !== null && entry.approx !== null);
  const x = axis.scale(placed.map(({ cost }) => cost));
  const y = accuracyScale([
    ...placed.flatMap(({ accuracy }) => accuracy.top1Interval),
    ...retrained.map(({ entry }) => entry.approx!.top1),
    ...levels.map(({ accuracy }) => accuracy),
  ]);
  const front = axis.saved ? frontOf(placed) : [];

  const area: Box = {
    left: grid.left,
    right: width - grid.right,
    top: 0,
    bottom: height - grid.bottom,
  };
  const pixelX = toPixels(x, [area.left, area.right]);
  const pixelY = toPixels(y, [area.bottom, grid.top]);
  const others = placed.filter((one) => !front.includes(one));
  const inOrder = [...front, ...others];
  const places = labelPlaces(
    inOrder.map((one) => ({
      x: pixelX(one.cost),
      y: pixelY(one.accuracy.top1),
      from: pixelY(one.accuracy.top1Interval[0]),
      to: pixelY(one.accuracy.top1Interval[1]),
      text: shorten(nameWithin(one), longestName),
    })),
    placed.length <= mostNamed ? inOrder.length : front.length,
    area,
    [
      ...levelBoxes(levels, area, pixelY),
      ...retrained.map(({ cost, entry }) => around(pixelX(cost), pixelY(entry.approx!.top1), 5, 5)),
    ],
  );
  const labels = new Map<Placed, LabelPlace>();
  places.forEach((place, i) => {
    if (place !== null) labels.set(inOrder[i]!, place);
  });

  const series: Series[] = [];
  const items: MarkOf[][] = [];
  const add = (one: Series, entries: readonly Placed[], pointedAt = false) => {
    series.push(one);
    items.push(entries.map(({ index }) => ({ entry: index, note: pointedAt ? index : null })));
  };
  add(
    {
      type: 'line',
      z: 2,
      silent: true,
      clip: false,
      symbol: 'none',
      step: 'end',
      lineStyle: { color: 'var(--accent)', width: 1.5 },
      data: front.map(({ cost, accuracy }) => [x.place(cost), y.place(accuracy.top1)]),
      markLine: levelLines(levels, y.place),
    },
    [],
  );
  const before = retrained.map(({ cost, entry }) => ({ x: x.place(cost), y: y.place(entry.approx!.top1) }));
  add(
    barSeries(
      retrained.map(({ cost, accuracy }, i) => ({
        from: [before[i]!.x, before[i]!.y],
        to: [x.place(cost), y.place(accuracy.top1)],
      })),
      colors.line,
    ),
    retrained,
  );
  add(pointSeries(before, beforeRetraining, 6), retrained);
  for (const [judged, look] of Object.entries(verdictLooks)) {
    const chosen = placed.filter(({ entry }) => (entry.verdict ?? 'none') === (judged as Judged));
    if (chosen.length === 0) continue;
    const bars = chosen.map(({ cost, accuracy: { top1Interval } }) => ({
      from: [x.place(cost), y.place(top1Interval[0])] as const,
      to: [x.place(cost), y.place(top1Interval[1])] as const,
    }));
    const points = chosen.map((one) => {
      const place = labels.get(one);
      return {
        x: x.place(one.cost),
        y: y.place(one.accuracy.top1),
        ...(place && { label: { text: shorten(nameWithin(one), longestName), ...place } }),
      };
    });
    add(barSeries(bars, look.color), chosen);
    add(pointSeries(points, look, 10), chosen, true);
  }
  const option: ChartOption = {
    grid: { ...grid, outerBoundsMode: 'none' },
    xAxis: scaleAxis(x, axis.label, 30),
    yAxis: scaleAxis(y, y.logarithmic ? 'top-1 %, logarithmic in the error' : 'top-1 %', 38),
    series,
  };
  return { option, mark: (which, item) => items[which]?.[item] ?? null };
}
