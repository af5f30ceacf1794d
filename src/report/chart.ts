import { type Axis, axisTicks, fittingTicks, position, tickText } from './axis.js';
import { textOf } from './markup.js';
import { element } from './svg.js';

/** One line of a panel. Values that are not finite are left out. */
export interface Series {
  readonly label: string;
  /** Class of its look in the style sheet. */
  readonly look: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** A dot for each point in place of a line, where neighbours have little to do with each other. */
  readonly dotted?: boolean;
}

/** A value that the whole panel is compared with. */
export interface Level {
  readonly label: string;
  readonly look: string;
  readonly y: number;
}

/** A bar that stands on the x axis. */
export interface Bar {
  readonly look: string;
  readonly from: number;
  readonly to: number;
  readonly y: number;
}

/** A picture of cells behind the lines, over so much of both axes. */
export interface Field {
  /** Data URI. */
  readonly source: string;
  /** The same for a dark screen, where it differs. */
  readonly darkSource?: string;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** A panel of a chart: a frame with axes, lines and a legend above it. */
export interface Panel {
  readonly title: string;
  /** Stands beside the legend. */
  readonly about?: string;
  readonly xLabel: string;
  readonly xRange: readonly [number, number];
  /** Default: whole numbers, about ten at most. */
  readonly xTicks?: readonly number[];
  readonly yLabel?: string;
  /** Default: encloses what is drawn. An axis on both sides of zero has a line there. */
  readonly yAxis?: Axis;
  /** A value that the y axis reaches in any case. */
  readonly yFrom?: number;
  readonly series: readonly Series[];
  readonly levels: readonly Level[];
  readonly bars?: readonly Bar[];
  readonly field?: Field;
  /** Stands in the upper half where there is nothing to draw. */
  readonly note?: string;
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
  const { range, ticks, scale } = panel.yAxis ?? enclosing(panel, series);
  const crossesZero = range[0] < 0 && range[1] > 0;
  const bottom = frame.top + frame.height;
  const xTicks = panel.xTicks ?? fittingTicks(panel.xRange, frame.width);
  const x = position({ range: panel.xRange }, [frame.left, frame.left + frame.width]);
  const y = position({ range, scale }, [bottom, frame.top]);
  const parts = [
    element('text', { x: frame.left, y: frame.top - 26, class: 'strong' }, textOf(panel.title)),
    drawLegend([...series, ...panel.levels], panel.about, frame),
    ...ticks.map((tick) => drawYTick(tick, ticks, frame, y)),
    ...xTicks.map((tick) => drawXTick(tick, xTicks, frame, x)),
    drawXLabel(panel.xLabel, frame),
    ...(panel.yLabel === undefined ? [] : [drawYLabel(panel.yLabel, frame)]),
    ...(crossesZero ? [drawLevel('axis', y(0), frame)] : []),
    ...(panel.field ? [drawField(panel.field, x, y)] : []),
    ...(panel.bars ?? []).map((bar) => drawBar(bar, bottom, x, y)),
    ...panel.levels.map(({ look, y: level }) => drawLevel(`line ${look}`, y(level), frame)),
    ...series.map(({ look, points, dotted }) => {
      const places = points.map(([px, py]) => [x(px), y(py)] as const);
      return dotted ? drawDots(look, places) : drawSeries(look, places);
    }),
    ...(panel.note === undefined ? [] : [drawNote(panel.note, frame)]),
  ];
  return element('g', {}, `\n${parts.join('\n')}\n`);
}

/** A y axis that holds everything. */
function enclosing(panel: Panel, series: readonly Series[]): Axis {
  const ticks = axisTicks([
    ...series.flatMap(({ points }) => points.map(([, y]) => y)),
    ...panel.levels.map(({ y }) => y),
    ...(panel.bars ?? []).map(({ y }) => y),
    ...(panel.field?.y ?? []),
    ...(panel.yFrom === undefined ? [] : [panel.yFrom]),
  ]);
  return { range: [ticks[0]!, ticks.at(-1)!], ticks };
}

function drawSeries(look: string, points: readonly (readonly [number, number])[]): string {
  const path = points.map(([x, y]) => `${x.toFixed(2)},${y.toFixed(2)}`).join(' ');
  const marks =
    points.length > mostMarks
      ? []
      : points.map(([cx, cy]) => element('circle', { class: `mark ${look}`, cx, cy, r: 3 }));
  return [element('polyline', { class: `line ${look}`, points: path }), ...marks].join('');
}

/** One path of strokes without length, whose round ends are the dots: a circle for each would take much more text. */
function drawDots(look: string, points: readonly (readonly [number, number])[]): string {
  const path = points.map(([x, y]) => `M${x.toFixed(1)} ${y.toFixed(1)}h0`).join('');
  return element('path', { class: `${points.length > mostMarks ? 'fine dots' : 'dots'} ${look}`, d: path });
}

function drawLevel(look: string, y: number, frame: Frame): string {
  return element('line', { class: look, x1: frame.left, x2: frame.left + frame.width, y1: y, y2: y });
}

function drawBar(bar: Bar, bottom: number, x: (value: number) => number, y: (value: number) => number) {
  const [left, top] = [x(bar.from), y(bar.y)];
  return element('rect', { class: bar.look, x: left, y: top, width: x(bar.to) - left, height: bottom - top });
}

function drawField(field: Field, x: (value: number) => number, y: (value: number) => number): string {
  const [left, top] = [x(field.x[0]), y(field.y[1])];
  const image = (look: string, source: string) =>
    element('image', {
      class: look,
      x: left,
      y: top,
      width: x(field.x[1]) - left,
      height: y(field.y[0]) - top,
      preserveAspectRatio: 'none',
      href: source,
    });
  if (field.darkSource === undefined) return image('field', field.source);
  return image('field on-light', field.source) + image('field on-dark', field.darkSource);
}

function drawNote(note: string, frame: Frame): string {
  const at = { x: frame.left + frame.width / 2, y: frame.top + 0.3 * frame.height };
  return element('text', { ...at, class: 'quiet', 'text-anchor': 'middle' }, textOf(note));
}

function drawLegend(
  entries: readonly { readonly label: string; readonly look: string; readonly dotted?: boolean }[],
  about: string | undefined,
  frame: Frame,
): string {
  let left = frame.left;
  const y = frame.top - 10;
  const drawn = entries.map(({ label, look, dotted }) => {
    const line = dotted
      ? drawDots(
          look,
          [5, 11, 17].map((x) => [left + x, y - 4] as const),
        )
      : element('line', { class: `line ${look}`, x1: left, x2: left + 22, y1: y - 4, y2: y - 4 });
    const text = element('text', { x: left + 28, y, class: 'quiet' }, textOf(label));
    left += 28 + label.length * characterWidth + 18;
    return line + text;
  });
  if (about !== undefined) drawn.push(element('text', { x: left, y, class: 'quiet' }, textOf(about)));
  return drawn.join('');
}

function drawYTick(tick: number, all: readonly number[], frame: Frame, y: (value: number) => number): string {
  const line = drawLevel('grid', y(tick), frame);
  const text = element(
    'text',
    { x: frame.left - 8, y: y(tick) + 4, class: 'quiet', 'text-anchor': 'end' },
    tickText(tick, all),
  );
  return line + text;
}

function drawXTick(tick: number, all: readonly number[], frame: Frame, x: (value: number) => number): string {
  const bottom = frame.top + frame.height;
  const line = element('line', { class: 'axis', x1: x(tick), x2: x(tick), y1: bottom, y2: bottom + 4 });
  const text = element(
    'text',
    { x: x(tick), y: bottom + 17, class: 'quiet', 'text-anchor': 'middle' },
    tickText(tick, all),
  );
  return line + text;
}

function drawXLabel(label: string, frame: Frame): string {
  const at = { x: frame.left + frame.width / 2, y: frame.top + frame.height + 34 };
  return element('text', { ...at, class: 'quiet', 'text-anchor': 'middle' }, textOf(label));
}

/** Written upwards, left of the ticks. */
function drawYLabel(label: string, frame: Frame): string {
  const middle = frame.top + frame.height / 2;
  const at = { x: frame.left - 46, y: middle, transform: `rotate(-90 ${frame.left - 46} ${middle})` };
  return element('text', { ...at, class: 'quiet', 'text-anchor': 'middle' }, textOf(label));
}
