import { fixed } from './numbers.js';
import { element, textOf } from './svg.js';

/** One line of a panel. Values that are not finite are left out. */
export interface Series {
  readonly label: string;
  /** Class of its look in the style sheet. */
  readonly look: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** A value that the whole panel is compared with. */
export interface Level {
  readonly label: string;
  readonly look: string;
  readonly y: number;
}

/** A panel of a chart: a frame with axes, lines and a legend above it. */
export interface Panel {
  readonly title: string;
  readonly xLabel: string;
  readonly xRange: readonly [number, number];
  readonly series: readonly Series[];
  readonly levels: readonly Level[];
  /** A value that the y axis reaches in any case. */
  readonly yFrom?: number;
}

/** In pixels, without title, legend and labels. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Up to so many points get a mark each. */
const mostMarks = 40;
/** Estimated, since no font is known. */
const characterWidth = 6.4;

/** A panel as markup. */
export function drawPanel(panel: Panel, frame: Frame): string {
  const series = panel.series.map((line) => ({
    ...line,
    points: line.points.filter(([, y]) => Number.isFinite(y)),
  }));
  const values = [
    ...series.flatMap(({ points }) => points.map(([, y]) => y)),
    ...panel.levels.map(({ y }) => y),
    ...(panel.yFrom === undefined ? [] : [panel.yFrom]),
  ];
  const yTicks = axisTicks(values);
  const x = scale(panel.xRange, [frame.left, frame.left + frame.width]);
  const y = scale([yTicks[0]!, yTicks.at(-1)!], [frame.top + frame.height, frame.top]);
  const parts = [
    element('text', { x: frame.left, y: frame.top - 26, class: 'strong' }, textOf(panel.title)),
    drawLegend([...series, ...panel.levels], frame),
    ...yTicks.map((tick) => drawYTick(tick, yTicks, frame, y)),
    ...wholeTicks(panel.xRange).map((tick) => drawXTick(tick, frame, x)),
    element(
      'text',
      {
        x: frame.left + frame.width / 2,
        y: frame.top + frame.height + 34,
        class: 'quiet',
        'text-anchor': 'middle',
      },
      textOf(panel.xLabel),
    ),
    ...panel.levels.map(({ look, y: level }) =>
      element('line', {
        class: `line ${look}`,
        x1: frame.left,
        x2: frame.left + frame.width,
        y1: y(level),
        y2: y(level),
      }),
    ),
    ...series.map(({ look, points }) =>
      drawSeries(
        look,
        points.map(([px, py]) => [x(px), y(py)]),
      ),
    ),
  ];
  return element('g', {}, `\n${parts.join('\n')}\n`);
}

function drawSeries(look: string, points: readonly (readonly [number, number])[]): string {
  const path = points.map(([x, y]) => `${x.toFixed(2)},${y.toFixed(2)}`).join(' ');
  const marks =
    points.length > mostMarks
      ? []
      : points.map(([cx, cy]) => element('circle', { class: `mark ${look}`, cx, cy, r: 3 }));
  return [element('polyline', { class: `line ${look}`, points: path }), ...marks].join('');
}

function drawLegend(
  entries: readonly { readonly label: string; readonly look: string }[],
  frame: Frame,
): string {
  let left = frame.left;
  const y = frame.top - 10;
  return entries
    .map(({ label, look }) => {
      const line = element('line', { class: `line ${look}`, x1: left, x2: left + 22, y1: y - 4, y2: y - 4 });
      const text = element('text', { x: left + 28, y, class: 'quiet' }, textOf(label));
      left += 28 + label.length * characterWidth + 18;
      return line + text;
    })
    .join('');
}

function drawYTick(tick: number, all: readonly number[], frame: Frame, y: (value: number) => number): string {
  const digits = Math.max(0, -Math.floor(Math.log10(all[1]! - all[0]!)));
  const line = element('line', {
    class: 'grid',
    x1: frame.left,
    x2: frame.left + frame.width,
    y1: y(tick),
    y2: y(tick),
  });
  const text = element(
    'text',
    { x: frame.left - 8, y: y(tick) + 4, class: 'quiet', 'text-anchor': 'end' },
    fixed(tick, digits),
  );
  return line + text;
}

function drawXTick(tick: number, frame: Frame, x: (value: number) => number): string {
  const bottom = frame.top + frame.height;
  const line = element('line', { class: 'axis', x1: x(tick), x2: x(tick), y1: bottom, y2: bottom + 4 });
  const text = element(
    'text',
    { x: x(tick), y: bottom + 17, class: 'quiet', 'text-anchor': 'middle' },
    String(tick),
  );
  return line + text;
}

function scale([from, to]: readonly [number, number], [start, end]: readonly [number, number]) {
  return (value: number) => start + ((value - from) / (to - from)) * (end - start);
}

/** Round values, about six, that enclose the data; at least two. */
export function axisTicks(values: readonly number[]): number[] {
  const least = values.reduce((a, b) => Math.min(a, b), values[0] ?? 0);
  const most = values.reduce((a, b) => Math.max(a, b), values[0] ?? 1);
  const step = roundStep(Math.max(most - least, 0.01 * Math.abs(most), 1e-6) / 5);
  const last = Math.ceil(most / step);
  // One value on a line of the grid: the axis goes on below it, so that percentages do not pass 100.
  const first = Math.min(Math.floor(least / step), last - 1);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

/** Whole numbers, at most about ten. */
function wholeTicks([from, to]: readonly [number, number]): number[] {
  const step = Math.max(1, roundStep((to - from) / 10));
  const first = Math.ceil(from / step) * step;
  return Array.from({ length: Math.floor((to - first) / step) + 1 }, (_, i) => first + i * step);
}

/** The next of 1, 2, 5, 10, 20 … from `least` on. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10);
}
