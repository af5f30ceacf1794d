import type { ErrorProfile } from '../../multiplier/analysis/error_profile.js';
import { logAxis, tickText, wholeTicks } from '../axis.js';
import { drawPanel, type Frame, type Panel } from '../chart.js';
import { textOf } from '../markup.js';
import { whole } from '../numbers.js';
import { element } from '../svg.js';
import { colorBarImage, errorImage } from './color_scale.js';
import { densityImage } from './density_image.js';
import { share } from './metrics_text.js';
import type { LutPlotRecord } from './plot_record.js';

/** A part of the picture, drawn from the origin. */
export interface Part {
  readonly width: number;
  readonly height: number;
  readonly markup: string;
}

const heatMapFrame: Frame = { left: 64, top: 40, width: 384, height: 384 };
const smallFrame: Frame = { left: 52, top: 40, width: 186, height: 150 };
const wideFrame: Frame = { left: 64, top: 40, width: 320, height: 130 };
const barWidth = 14;
/** Below the label of the x axis. */
const footer = 44;

/** In place of the automatic axis, which would be of no width. */
const exact: Pick<Panel, 'yAxis' | 'note'> = {
  yAxis: { range: [-1, 1], ticks: [-1, 0, 1] },
  note: 'every product is exact',
};

/** Operands at quarters of the axis, and the last one. */
function operandTicks(first: number, bits: number): number[] {
  const size = 2 ** bits;
  return [0, 1, 2, 3]
    .map((quarter) => first + (quarter * size) / 4)
    .concat(first + size - 1)
    .filter((operand, i, all) => all.indexOf(operand) === i);
}

/** Operands as cells: each reaches half a unit to both sides. */
function operandRange(first: number, bits: number): [number, number] {
  return [first - 0.5, first + 2 ** bits - 0.5];
}

/** Signed error of every operand pair as a colour. */
export function heatMap(record: LutPlotRecord): Part {
  const { multiplier, firstActivation, firstWeight, errors, scale } = record;
  const x = operandRange(firstWeight, multiplier.bits);
  const y = operandRange(firstActivation, multiplier.bits);
  const panel: Panel = {
    title: 'Error T(a, w) − a·w',
    about: 'blue: product too small, orange: too large',
    xLabel: 'weight w',
    xRange: x,
    xTicks: operandTicks(firstWeight, multiplier.bits),
    yLabel: 'activation a',
    yAxis: { range: y, ticks: operandTicks(firstActivation, multiplier.bits) },
    series: [],
    levels: [],
    field: { ...errorImage(errors, scale.limit, heatMapFrame), x, y },
    ...(scale.limit === 0 ? { note: exact.note } : {}),
  };
  const { left, top, width, height } = heatMapFrame;
  return {
    width: left + width + 92,
    height: top + height + footer + 12,
    markup: drawPanel(panel, heatMapFrame) + colorBar(record) + beyondScale(record),
  };
}

/** Ticks lie symmetrically about zero; where errors go beyond the scale, arrows say so. */
function colorBar({ scale }: LutPlotRecord): string {
  const limit = scale.limit === 0 ? 1 : scale.limit;
  const left = heatMapFrame.left + heatMapFrame.width + 18;
  const { top, height } = heatMapFrame;
  const bottom = top + height;
  const { source, darkSource } = colorBarImage({ width: barWidth, height });
  const image = (look: string, href: string) =>
    element('image', {
      class: look,
      x: left,
      y: top,
      width: barWidth,
      height,
      preserveAspectRatio: 'none',
      href,
    });
  const ticks = wholeTicks([-limit, limit], 6);
  const arrow = (look: string, base: number, tip: number) =>
    element('path', { class: look, d: `M${left} ${base}h${barWidth}l${-barWidth / 2} ${tip - base}z` });
  return element(
    'g',
    { class: 'color-bar' },
    [
      element('text', { x: left, y: top - 10, class: 'quiet' }, 'LSB'),
      image('on-light', source),
      image('on-dark', darkSource),
      ...ticks.map((tick) => {
        const y = top + height / 2 - (tick / limit) * (height / 2);
        const line = element('line', {
          class: 'axis',
          x1: left + barWidth,
          x2: left + barWidth + 4,
          y1: y,
          y2: y,
        });
        const at = { x: left + barWidth + 8, y: y + 4, class: 'quiet' };
        return line + element('text', at, tickText(tick, ticks));
      }),
      ...(scale.beyond > 0 ? [arrow('most', top - 1, top - 8), arrow('least', bottom + 1, bottom + 8)] : []),
    ].join(''),
  );
}

function beyondScale({ scale, metrics, histogram }: LutPlotRecord): string {
  if (scale.beyond === 0) return '';
  const text = `${share(scale.beyond / histogram.pairs)} % of the pairs lie beyond ±${whole(scale.limit)}: ${whole(metrics.minError)} … ${whole(metrics.maxError)}`;
  const at = { x: heatMapFrame.left, y: heatMapFrame.top + heatMapFrame.height + 50 };
  return element('text', { ...at, class: 'quiet' }, textOf(text));
}

/** How many operand pairs have which error; exact ones are stated, not drawn. */
export function histogramPanel({ histogram, metrics }: LutPlotRecord): Part {
  const { bins } = histogram;
  const most = bins.reduce((a, { pairs }) => Math.max(a, pairs), 1);
  const from = Math.min(0, bins[0]?.from ?? -1) - 0.5;
  const to = Math.max(0, bins.at(-1)?.to ?? 1) + 0.5;
  return small({
    title: 'Wrong pairs by error (log)',
    about: `exact: ${share(1 - metrics.errorRate)} % of pairs`,
    xLabel: 'error in LSB',
    xRange: [from, to],
    yAxis: logAxis(most),
    series: [],
    levels: [],
    bars: bins.map((bin) => ({
      look: bin.from < 0 ? 'below' : 'above',
      from: bin.from - 0.5,
      to: bin.to + 0.5,
      y: bin.pairs,
    })),
    ...(bins.length === 0 ? { note: exact.note } : {}),
  });
}

/** Where errors lie over the exact product. */
export function densityPanel({ density, metrics }: LutPlotRecord): Part {
  const { columns, rows, columnWidth, rowHeight, firstProduct, firstError, means } = density;
  const x = [firstProduct - 0.5, firstProduct + columns * columnWidth - 0.5] as const;
  const y = [firstError - 0.5, firstError + rows * rowHeight - 0.5] as const;
  const axes = { title: 'Error in LSB by exact product', xLabel: 'exact product a·w', xRange: x };
  if (metrics.wce === 0) return small({ ...axes, ...exact, series: [], levels: [] });
  const middle = (column: number) => firstProduct + (column + 0.5) * columnWidth - 0.5;
  return small({
    ...axes,
    about: 'stronger: more pairs',
    yAxis: { range: y, ticks: wholeTicks(y, 6) },
    series: [
      {
        label: 'mean',
        look: 'mean',
        points: Array.from(means, (mean, i) => [middle(i), mean] as const),
        dotted: true,
      },
    ],
    levels: [],
    field: { source: densityImage(density, smallFrame), x, y },
  });
}

/** Errors of each activation over all weights. */
export function activationPanel(record: LutPlotRecord): Part {
  return profilePanel(record, 'activation a', record.firstActivation, record.byActivation);
}

/** Errors of each weight over all activations. */
export function weightPanel(record: LutPlotRecord): Part {
  return profilePanel(record, 'weight w', record.firstWeight, record.byWeight);
}

function profilePanel(
  { multiplier, metrics }: LutPlotRecord,
  operand: string,
  first: number,
  profile: ErrorProfile,
): Part {
  const points = (values: Float64Array) => Array.from(values, (value, i) => [first + i, value] as const);
  return part(wideFrame, 16, {
    title: `Error in LSB by ${operand}`,
    xLabel: operand,
    xRange: operandRange(first, multiplier.bits),
    xTicks: operandTicks(first, multiplier.bits),
    series: [
      { label: 'mean |error|', look: 'absolute', points: points(profile.meanAbsolute), dotted: true },
      { label: 'mean error', look: 'mean', points: points(profile.mean), dotted: true },
    ],
    levels: [],
    yFrom: 0,
    ...(metrics.wce === 0 ? exact : {}),
  });
}

function small(panel: Panel): Part {
  return part(smallFrame, 22, panel);
}

function part(frame: Frame, right: number, panel: Panel): Part {
  return {
    width: frame.left + frame.width + right,
    height: frame.top + frame.height + footer,
    markup: drawPanel(panel, frame),
  };
}
