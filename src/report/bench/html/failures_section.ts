import { html } from '../../html.js';
import { textOf } from '../../markup.js';
import type { BenchReport } from '../results.js';
import type { Section } from './section.js';

/** Entries that could not be evaluated, and why; undefined where there is none. */
export function failuresSection({ entries }: BenchReport): Section | undefined {
  const failed = entries.filter(({ status }) => status === 'failed');
  if (failed.length === 0) return undefined;
  const items = failed.map(({ id, error }) =>
    html('li', {}, html('strong', {}, textOf(id)), textOf(`: ${error ?? 'no reason is known'}`)),
  );
  return { id: 'failures', title: 'Could not run', content: [html('ul', { class: 'failures' }, ...items)] };
}
