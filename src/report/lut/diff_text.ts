import type { Difference, Quadrant } from '../../multiplier/compare/differences.js';
import { count, fixed, percent, significant } from '../numbers.js';
import { printable } from '../printable.js';
import { layoutWidth, type Style, styleFor, type TextOptions } from '../style.js';
import { type Column, table } from '../table.js';
import { paragraph } from '../text_blocks.js';
import type { ComparedTable, DiffReport } from './diff_results.js';
import { formatName } from './format_names.js';

/** The report of `approxtorch lut diff` and `lut verify` for people; ends with a newline. */
export function renderDiffText(report: DiffReport, options: TextOptions): string {
  const style = styleFor(options);
  const width = layoutWidth(options);
  const { first, second, warnings } = report;
  const lines = [
    ...tableLines('first ', first, style, width),
    ...tableLines('second', second, style, width),
    ...warnings.flatMap((warning) => paragraph(warning, width)).map(style.caution),
    '',
    ...verdict(report, style, width),
  ];
  return `${lines.join('\n')}\n`;
}

function tableLines(label: string, compared: ComparedTable, style: Style, width: number): string[] {
  const { file, sha256, activation, weight, bits, origin, knownAs } = compared;
  const how =
    'tool' in origin
      ? `${origin.top}, tabulated by ${origin.tool}`
      : `${formatName(origin.format)}, rows ${origin.rowOrder}, columns ${origin.columnOrder}`;
  const about = [
    `${activation} × ${weight}${bits === 8 ? '' : `, ${bits} bits`}`,
    how,
    `sha256 ${sha256.slice(0, 8)}`,
    ...(knownAs === null ? [] : [`known as ${knownAs}`]),
  ].join(' · ');
  return [
    `${style.quiet(label)} ${style.strong(printable(file))}`,
    ...paragraph(`       ${about}`, width).map(style.quiet),
  ];
}

function verdict(
  { command, equal, mistakes, entries, first, second }: DiffReport,
  style: Style,
  width: number,
): string[] {
  const explained = mistakes
    .flatMap((mistake) => paragraph(`Explained: ${mistake}.`, width))
    .map(style.strong);
  if (entries === null) {
    return [style.caution('The operands differ; the tables have no entries in common.'), ...explained];
  }
  if (equal) {
    return paragraph(`Equal: all ${count(entries.total)} products.${orderNote(first, second)}`, width).map(
      style.strong,
    );
  }
  return [
    style.caution(
      `Different: ${count(entries.differing)} of ${count(entries.total)} products (${percent(entries.differing / entries.total)} %), by ${significant(entries.largest)} at most, ${significant(entries.meanAbsolute)} on average.`,
    ),
    ...explained,
    '',
    ...table(quadrantColumns, entries.quadrants, width, style),
    '',
    ...(command === 'lut verify'
      ? [style.quiet('first counter-examples'), ...table(entryColumns, entries.first, width, style), '']
      : []),
    style.quiet('worst entries'),
    ...table(entryColumns, entries.worst, width, style),
  ];
}

/** Says where equal tables stand in different orders. */
function orderNote(first: ComparedTable, second: ComparedTable): string {
  const orders = [first, second].map(({ origin }) =>
    'tool' in origin ? undefined : `${origin.rowOrder} by ${origin.columnOrder}`,
  );
  if (orders.includes(undefined) || orders[0] === orders[1]) return '';
  return ` (The files differ in the order of the operands: ${orders[0]}, and ${orders[1]}.)`;
}

const quadrantColumns: Column<Quadrant>[] = [
  { header: 'quadrant', cell: ({ name }) => name },
  { header: 'entries', align: 'right', cell: ({ entries }) => count(entries) },
  { header: 'differing', align: 'right', cell: ({ differing }) => count(differing) },
  { header: '%', align: 'right', cell: ({ entries, differing }) => percent(differing / entries, 1) },
  { header: 'largest', align: 'right', cell: ({ largest }) => fixed(largest, 0) },
];

const entryColumns: Column<Difference>[] = [
  { header: 'a', align: 'right', cell: ({ activation }) => fixed(activation, 0) },
  { header: 'w', align: 'right', cell: ({ weight }) => fixed(weight, 0) },
  { header: 'first', align: 'right', cell: ({ first }) => fixed(first, 0) },
  { header: 'second', align: 'right', cell: ({ second }) => fixed(second, 0) },
  { header: 'difference', align: 'right', cell: ({ first, second }) => fixed(second - first, 0) },
  {
    header: 'a·w',
    align: 'right',
    cell: ({ activation, weight }) => fixed(activation * weight, 0),
    emphasis: () => 'quiet',
  },
];
