import { html, htmlPage } from '../../html.js';
import { listingScript } from '../../listing_script.js';
import { textOf } from '../../markup.js';
import type { BenchReport } from '../results.js';
import { baselineSection } from './baseline_section.js';
import { chartScript } from './chart_script.js';
import { entriesSection } from './entries_section.js';
import { environmentSection } from './environment_section.js';
import { failuresSection } from './failures_section.js';
import { gatesSection } from './gates_section.js';
import { layersSection } from './layers_section.js';
import { multipliersSection } from './multipliers_section.js';
import { networksOf } from './networks.js';
import { createNotes, entryNote, type Notes } from './notes.js';
import { overview } from './overview.js';
import { benchStyle } from './page_style.js';
import { scatterSection } from './scatter_section.js';
import { type Section, sectionMarkup } from './section.js';
import { chartPainter } from './svg_chart.js';

/**
 * A report of `approxtorch bench` as one page that stands alone: it needs no other file, no network, and its charts and
 * tables can be read without JavaScript.
 */
export async function renderBenchHtml(report: BenchReport): Promise<string> {
  const draw = await chartPainter();
  const multipliers = new Map(report.multipliers.map((multiplier) => [multiplier.name, multiplier]));
  const networks = networksOf(report);
  const notes = createNotes();
  // First, so that the note of an entry has its index.
  for (const entry of report.entries) notes.add(entryNote(entry, multipliers.get(entry.multiplier)));
  const sections = [
    failuresSection(report),
    scatterSection(report, networks, multipliers, draw),
    gatesSection(report),
    baselineSection(report),
    entriesSection(report, multipliers),
    layersSection(networks, notes, draw),
    multipliersSection(report),
    environmentSection(report),
  ].filter((section) => section !== undefined);
  return htmlPage({
    title: report.suite.name,
    style: benchStyle,
    script: `${listingScript}${chartScript}`,
    body: [
      overview(report),
      contents(sections),
      html('main', {}, `\n${sections.map(sectionMarkup).join('\n')}\n`),
      html('div', { id: 'tip', role: 'tooltip', hidden: '' }),
      noteData(notes),
    ],
  });
}

function contents(sections: readonly Section[]): string {
  const items = sections.map(({ id, title }) => html('li', {}, html('a', { href: `#${id}` }, textOf(title))));
  return html('nav', { 'aria-label': 'Sections' }, html('ul', {}, ...items));
}

/** In a script element that no browser runs; its content is neither markup nor may it end the element. */
function noteData({ texts }: Notes): string {
  const json = JSON.stringify(texts).replaceAll('<', '\\u003c');
  return html('script', { id: 'notes', type: 'application/json' }, json);
}
