import { textOf } from '../markup.js';
import { shorten } from '../printable.js';
import { element, picture } from '../svg.js';
import { metricsText, operandsText } from './metrics_text.js';
import {
  activationPanel,
  densityPanel,
  heatMap,
  histogramPanel,
  type Part,
  weightPanel,
} from './plot_panels.js';
import type { LutPlotRecord } from './plot_record.js';
import { plotStyle } from './plot_style.js';

const header = 84;
const longestName = 72;

/** A multiplier's errors as a picture of its own, 800 pixels wide. */
export function lutSvg(record: LutPlotRecord): string {
  const { name } = record.multiplier;
  const map = heatMap(record);
  const histogram = histogramPanel(record);
  const density = densityPanel(record);
  const byActivation = activationPanel(record);
  const byWeight = weightPanel(record);
  const below = header + map.height;
  const parts = [
    element('text', { class: 'title', x: 24, y: 30 }, textOf(shorten(name, longestName))),
    element('text', { class: 'quiet', x: 24, y: 52 }, textOf(operandsText(record.multiplier))),
    element('text', { x: 24, y: 73 }, textOf(metricsText(record.metrics))),
    placed(map, 0, header),
    placed(histogram, map.width, header),
    placed(density, map.width, header + map.height - density.height - 12),
    placed(byActivation, 0, below),
    placed(byWeight, byActivation.width, below),
  ];
  const size = { width: map.width + histogram.width, height: below + byActivation.height };
  return picture(size, name, plotStyle, parts);
}

function placed({ markup }: Part, x: number, y: number): string {
  return element('g', { transform: `translate(${x} ${y})` }, markup);
}
