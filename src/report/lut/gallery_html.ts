import type { ErrorMetrics } from '../../multiplier/analysis/metrics.js';
import { html, htmlPage } from '../html.js';
import { type ListingColumn, listing, listingStyle } from '../listing.js';
import { listingScript } from '../listing_script.js';
import { textOf } from '../markup.js';
import { signed, significant, whole } from '../numbers.js';
import { errorImageSource } from './color_scale.js';
import type { GalleryEntry, LutGalleryRecord, UnreadableFile } from './gallery_record.js';
import { relative, share } from './metrics_text.js';

function metric(
  header: string,
  title: string,
  value: (metrics: ErrorMetrics) => number,
  text: (value: number) => string,
): ListingColumn<GalleryEntry> {
  return {
    header,
    title,
    look: 'number',
    value: ({ metrics }) => value(metrics),
    text: ({ metrics }) => text(value(metrics)),
  };
}

const columns: readonly ListingColumn<GalleryEntry>[] = [
  {
    header: 'name',
    value: ({ name }) => name,
    markup: tableCell,
    search: ({ name, file }) => `${name} ${file}`,
  },
  {
    header: 'known as',
    look: 'long',
    value: ({ knownAs }) => knownAs,
    search: ({ knownAs }) => knownAs ?? '',
  },
  {
    header: 'operands',
    title: 'activation × weight',
    value: operands,
    search: operands,
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
    search: ({ sha256 }) => sha256,
  },
];

function operands({ activation, weight }: GalleryEntry): string {
  return `${activation} × ${weight}`;
}

const style = `${listingStyle}
body { max-width: 1400px; }
.table { display: flex; gap: 10px; align-items: center; }
.thumbnail { flex: none; width: 64px; text-align: center; font-size: 11px; line-height: 1.3; color: var(--quiet); }
.thumbnail img { display: block; width: 64px; height: 64px; }
.name { width: max-content; max-width: 220px; font-weight: 600; overflow-wrap: anywhere; white-space: normal; }
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
    script: listingScript,
    body: [
      html('h1', {}, textOf(title)),
      html('p', { class: 'muted' }, textOf(legend)),
      listing({
        label: 'Tables',
        columns,
        rows: entries,
        filter: {
          placeholder: 'name, operands, sha256 …',
          label: 'Filter by name, operands or sha256',
          noun: ['table', 'tables'],
        },
      }),
      ...(unreadable.length === 0 ? [] : [unreadableList(unreadable)]),
    ],
  });
}

const legend =
  'Thumbnails: mean error T(a, w) − a·w of neighbouring operand pairs, weight to the right, activation upwards; blue too small, orange too large. Each has a colour scale of its own, which ends at the value below it.';

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
    'div',
    { class: 'table' },
    html('div', { class: 'thumbnail' }, image, textOf(limit)),
    html('div', { class: 'name', title: file }, textOf(name)),
  );
}

function unreadableList(files: readonly UnreadableFile[]): string {
  const items = files.map(({ file, reason }) =>
    html('li', {}, html('strong', {}, textOf(file)), textOf(`: ${reason}`)),
  );
  return html('section', {}, html('h2', {}, 'Could not be read'), html('ul', {}, ...items));
}
