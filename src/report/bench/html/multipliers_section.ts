import { html } from '../../html.js';
import { errorImageSource } from '../../lut/color_scale.js';
import { metricsText } from '../../lut/metrics_text.js';
import { textOf } from '../../markup.js';
import { significant } from '../../numbers.js';
import type { BenchMultiplier, BenchReport } from '../results.js';
import { powerText } from './cost_axis.js';
import { paragraph, type Section } from './section.js';

const explanation =
  'Mean error T(a, w) − a·w of neighbouring operand pairs, weight to the right, activation upwards; blue too small, orange too large. Each has a colour scale of its own, which ends at the value below it.';

/** Heat maps of the tables beside each other, with what is known of the circuits. */
export function multipliersSection({ multipliers }: BenchReport): Section | undefined {
  if (multipliers.length === 0) return undefined;
  return {
    id: 'multipliers',
    title: 'Multipliers',
    content: [
      paragraph(explanation),
      html('ul', { class: 'maps' }, `\n${multipliers.map(mapCard).join('\n')}\n`),
    ],
  };
}

function mapCard(multiplier: BenchMultiplier): string {
  const { name, file, activation, weight, bits, metrics, errorMap, known, sha256 } = multiplier;
  const means = Float64Array.from(errorMap.means);
  const limit = means.reduce((most, mean) => Math.max(most, Math.abs(mean)), 0);
  const scale = limit === 0 ? 'no error' : `±${significant(limit)}`;
  const map = html('img', {
    src: errorImageSource(means, limit),
    alt: `Errors of ${name}: ${scale}`,
    width: 128,
    height: 128,
    decoding: 'async',
  });
  const line = (text: string) => html('div', {}, textOf(text));
  return html(
    'li',
    {},
    html('div', { class: 'map' }, map, textOf(scale)),
    html(
      'div',
      { class: 'about' },
      html('strong', { title: `${file}, sha256 ${sha256}` }, textOf(name)),
      ...(known === null || known.name === name ? [] : [line(`known as ${known.name}`)]),
      line(`${activation} × ${weight}, ${bits} bits`),
      line(metricsText(metrics)),
      line(powerText(multiplier)),
    ),
  );
}
