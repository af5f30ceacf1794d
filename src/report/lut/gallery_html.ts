import type { ErrorMetrics } from '../../multiplier/analysis/metrics.js';
import { html, htmlPage } from '../html.js';
import { textOf } from '../markup.js';
import { counted, signed, significant, whole } from '../numbers.js';
import { errorImageSource } from './color_scale.js';
import type { GalleryEntry, LutGalleryRecord, UnreadableFile } from './gallery_record.js';
import { galleryScript } from './gallery_script.js';
import { relative, share } from './metrics_text.js';

/** One column of the table; the first one also shows the thumbnail. */
interface GalleryColumn {
  readonly header: string;
  /** What the header stands for. */
  readonly title?: string;
  /** Class of its cells; numbers are sorted as such. */
  readonly look?: 'number' | 'long' | 'hash';
  /** What is sorted by; null comes last. */
  readonly value: (entry: GalleryEntry) => string | number | null;
  /** Default: the value. */
  readonly text?: (entry: GalleryEntry) => string;
  /** The filter looks into these. */
  readonly searched?: boolean;
}

function metric(
  header: string,
  title: string,
  value: (metrics: ErrorMetrics) => number,
  text: (value: number) => string,
): GalleryColumn {
  return {
    header,
    title,
    look: 'number',
    value: ({ metrics }) => value(metrics),
    text: ({ metrics }) => text(value(metrics)),
  };
}

const columns: readonly GalleryColumn[] = [
  { header: 'name', value: ({ name }) => name },
  { header: 'known as', look: 'long', value: ({ knownAs }) => knownAs, searched: true },
  {
    header: 'operands',
    title: 'activation × weight',
    value: ({ activation, weight }) => `${activation} × ${weight}`,
    searched: true,
  },
  { header: 'bits', look: 'number', value: ({ bits }) => bits },
  metric('MAE', 'mean absolute error', ({ mae }) => mae, significant),
  metric('MRED %', 'mean relative error', ({ mred }) => mred, relative),
  metric('WCE', 'worst-case error', ({ wce }) => wce, whole),
  metric('EP %', 'share of wrong products', ({ errorRate }) => errorRate, share),
  metric('bias', 'mean signed error', ({ bias }) => bias, signed),
  metric('MSE', 'mean squared error', ({ mse }) => mse, significant),
  { header: 'rank', title: 'rank of the table as a matrix', look: 'number', value: ({ rank }) => rank },
  { header: 'power mW', title: 'as the catalogue states it', look: 'number', value: ({ power }) => power },
  {
    header: 'sha256',
    look: 'hash',
    value: ({ sha256 }) => sha256,
    text: ({ sha256 }) => sha256.slice(0, 12),
    searched: true,
  },
];

const style = `
body { max-width: 1400px; }
.tools { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center; margin: 12px 0; }
.tools input { width: 240px; max-width: 100%; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; }
table { border-collapse: separate; border-spacing: 0; width: 100%; font-size: 13px; }
th, td { padding: 6px 10px; border-bottom: 1px solid var(--line); text-align: left; font-weight: normal; white-space: nowrap; }
tbody tr:last-child > * { border-bottom: 0; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
td.long div { width: max-content; max-width: 220px; white-space: normal; overflow-wrap: anywhere; }
thead th { background: var(--raised); padding: 0; }
thead button { width: 100%; padding: 8px 10px; border: 0; background: none; font: inherit; font-weight: 600; color: inherit; text-align: inherit; white-space: nowrap; cursor: pointer; }
thead button::after { content: "\\2195"; margin-left: 4px; opacity: 0.35; }
thead [aria-sort=ascending] button::after { content: "\\2191"; opacity: 1; }
thead [aria-sort=descending] button::after { content: "\\2193"; opacity: 1; }
th:first-child { position: sticky; left: 0; background: var(--paper); border-right: 1px solid var(--line); }
thead th:first-child { background: var(--raised); }
.table { display: flex; gap: 10px; align-items: center; }
.thumbnail { flex: none; width: 64px; text-align: center; font-size: 11px; line-height: 1.3; color: var(--quiet); }
.thumbnail img { display: block; width: 64px; height: 64px; }
.name { width: max-content; max-width: 220px; font-weight: 600; overflow-wrap: anywhere; white-space: normal; }
td.hash { font: 12px ui-monospace, "DejaVu Sans Mono", monospace; }
li { overflow-wrap: anywhere; }
@media (max-width: 600px) {
.table { flex-direction: column; align-items: flex-start; gap: 4px; }
.name { max-width: 120px; }
}
@media (prefers-color-scheme: dark) {
.thumbnail img { filter: invert(1) hue-rotate(180deg); }
}
`;

/** A page that stands alone, with a table of all multipliers that can be sorted and filtered. */
export function lutGalleryHtml({ folder, entries, unreadable }: LutGalleryRecord): string {
  const title = `Multiplier tables in ${folder}`;
  return htmlPage({
    title,
    style,
    script: galleryScript,
    body: [
      html('h1', {}, textOf(title)),
      html('p', { class: 'muted' }, textOf(legend)),
      html(
        'div',
        { class: 'tools' },
        html('input', {
          id: 'filter',
          type: 'search',
          placeholder: 'name, operands, sha256 …',
          'aria-label': 'Filter by name, operands or sha256',
          autocomplete: 'off',
        }),
        html('span', { id: 'shown', role: 'status' }, textOf(counted(entries.length, 'table'))),
      ),
      html(
        'div',
        { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Tables' },
        html(
          'table',
          {},
          html('thead', {}, html('tr', {}, ...columns.map(headerCell))),
          html('tbody', {}, `\n${entries.map(row).join('\n')}\n`),
        ),
      ),
      ...(unreadable.length === 0 ? [] : [unreadableList(unreadable)]),
    ],
  });
}

const legend =
  'Thumbnails: mean error T(a, w) − a·w of neighbouring operand pairs, weight to the right, activation upwards; blue too small, orange too large. Each has a colour scale of its own, which ends at the value below it.';

function headerCell({ header, title, look }: GalleryColumn): string {
  const button = html('button', { type: 'button', title }, textOf(header));
  return html('th', { scope: 'col', class: look, 'aria-sort': 'none' }, button);
}

function row(entry: GalleryEntry): string {
  const [, ...others] = columns;
  return html('tr', {}, tableCell(entry), ...others.map((column) => cell(column, entry)));
}

/** Thumbnail and name; also says where the file is called otherwise. */
function tableCell(entry: GalleryEntry): string {
  const { name, file, thumbnail, thumbnailScale } = entry;
  const source = errorImageSource(thumbnail.means, thumbnailScale.limit);
  const image = html('img', {
    src: source,
    alt: '',
    width: 64,
    height: 64,
    decoding: 'async',
    loading: 'lazy',
  });
  const limit = thumbnailScale.limit === 0 ? 'exact' : `±${significant(thumbnailScale.limit)}`;
  return html(
    'th',
    { scope: 'row', 'data-value': name, 'data-search': `${name} ${file}` },
    html(
      'div',
      { class: 'table' },
      html('div', { class: 'thumbnail' }, image, textOf(limit)),
      html('div', { class: 'name', title: file }, textOf(name)),
    ),
  );
}

function cell({ value, text, look, searched }: GalleryColumn, entry: GalleryEntry): string {
  const sorted = value(entry);
  const shown = sorted === null ? '–' : (text?.(entry) ?? String(sorted));
  const attributes = {
    class: look,
    'data-value': sorted === null ? undefined : String(sorted),
    'data-search': searched ? String(sorted ?? '') : undefined,
  };
  return html('td', attributes, html('div', {}, textOf(shown)));
}

function unreadableList(files: readonly UnreadableFile[]): string {
  const items = files.map(({ file, reason }) =>
    html('li', {}, html('strong', {}, textOf(file)), textOf(`: ${reason}`)),
  );
  return html('section', {}, html('h2', {}, 'Could not be read'), html('ul', {}, ...items));
}
