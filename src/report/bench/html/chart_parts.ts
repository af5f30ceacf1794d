import type { CustomSeriesOption, LineSeriesOption, ScatterSeriesOption } from 'echarts/charts';
import type { GridComponentOption } from 'echarts/components';
import type { ComposeOption } from 'echarts/core';
import type { AxisScale } from './axis_scale.js';
import type { LabelPlace } from './label_places.js';
import { fillOf, type MarkLook } from './mark_looks.js';

export type ChartOption = ComposeOption<
  ScatterSeriesOption | LineSeriesOption | CustomSeriesOption | GridComponentOption
>;
export type Series = ScatterSeriesOption | LineSeriesOption | CustomSeriesOption;

/** Colours are the page's, so that they follow the reader's scheme. */
export const colors = {
  ink: 'var(--ink)',
  quiet: 'var(--quiet)',
  line: 'var(--line)',
  paper: 'var(--paper)',
};

/** A numeric axis whose values are places of the scale. */
export function scaleAxis({ range: [min, max], ticks }: AxisScale, label: string, gap: number) {
  const texts = new Map(ticks.map(({ at, text }) => [at, text]));
  const customValues = ticks.map(({ at }) => at);
  return {
    type: 'value' as const,
    min,
    max,
    name: label,
    nameLocation: 'middle' as const,
    nameGap: gap,
    nameTextStyle: { color: colors.quiet },
    axisLine: { show: true, onZero: false, lineStyle: { color: colors.quiet } },
    axisTick: { show: true, customValues, lineStyle: { color: colors.quiet } },
    axisLabel: {
      customValues,
      hideOverlap: true,
      color: colors.quiet,
      formatter: (at: number) => texts.get(at) ?? '',
    },
    splitLine: { show: true, lineStyle: { color: colors.line } },
  };
}

/** A point in places of both axes. */
export interface Point {
  readonly x: number;
  readonly y: number;
  readonly label?: LabelPlace & { readonly text: string };
}

/** Points of one look. */
export function pointSeries(points: readonly Point[], look: MarkLook, size: number): ScatterSeriesOption {
  return {
    type: 'scatter',
    z: 4,
    symbol: `path://${look.path}`,
    symbolSize: size,
    itemStyle: { color: fillOf(look), borderColor: look.color, borderWidth: 2, opacity: 1 },
    emphasis: { disabled: true },
    // A value on the edge of an axis is drawn in full.
    clip: false,
    labelLayout: ({ dataIndex }) => ({ dy: points[dataIndex ?? 0]?.label?.shift ?? 0 }),
    data: points.map(({ x, y, label }) => ({
      value: [x, y],
      ...(label && {
        label: {
          show: true,
          formatter: () => label.text,
          position: label.side,
          color: colors.ink,
          textBorderColor: colors.paper,
          textBorderWidth: 3,
        },
      }),
    })),
  };
}

/** From one place to another: an interval, with caps at its ends. */
export interface Bar {
  readonly from: readonly [x: number, y: number];
  readonly to: readonly [x: number, y: number];
  /** Moves it across, in pixels, where several share a place. */
  readonly shift?: number;
}

const cap = 3;

/** Intervals along one of the axes. */
export function barSeries(bars: readonly Bar[], color: string): CustomSeriesOption {
  return {
    type: 'custom',
    z: 3,
    silent: true,
    data: bars.map(({ from, to }) => [...from, ...to]),
    renderItem: ({ dataIndex }, api) => {
      const { from, to, shift = 0 } = bars[dataIndex]!;
      const [x1, y1] = api.coord([...from]) as [number, number];
      const [x2, y2] = api.coord([...to]) as [number, number];
      const pathData =
        x1 === x2
          ? `M${x1 - cap} ${y1}h${2 * cap}M${x1} ${y1}V${y2}M${x2 - cap} ${y2}h${2 * cap}`
          : `M${x1} ${y1 + shift - cap}v${2 * cap}M${x1} ${y1 + shift}H${x2}M${x2} ${y2 + shift - cap}v${2 * cap}`;
      return { type: 'path', shape: { pathData }, style: { fill: 'none', stroke: color, lineWidth: 1.2 } };
    },
  };
}
