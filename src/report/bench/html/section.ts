import { html } from '../../html.js';
import { textOf } from '../../markup.js';

/** A part of the page with a heading that links can lead to. */
export interface Section {
  readonly id: string;
  readonly title: string;
  /** Markup. */
  readonly content: readonly string[];
}

export function sectionMarkup({ id, title, content }: Section): string {
  return html('section', { id }, html('h2', {}, textOf(title)), `\n${content.join('\n')}\n`);
}

export function paragraph(text: string): string {
  return html('p', { class: 'muted' }, textOf(text));
}

/** Anchor of an entry's row, by its place in the report. */
export function entryAnchor(index: number): string {
  return `entry-${index}`;
}

/** An entry's name that leads to its row. */
export function entryLink(id: string, index: number): string {
  return html('a', { href: `#${entryAnchor(index)}` }, textOf(id));
}

/** So many names of a list are written out at once. */
const mostNames = 8;

/** A list of names in a sentence; a long one unfolds. */
export function nameList(label: string, names: readonly string[]): string {
  const text = `${names.join(', ')}.`;
  if (names.length <= mostNames) return html('p', { class: 'muted' }, textOf(`${label}: ${text}`));
  const summary = html('summary', {}, textOf(`${label}: ${names.length} entries`));
  return html('details', { class: 'muted' }, summary, html('p', {}, textOf(text)));
}
