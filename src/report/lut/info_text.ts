import { costText } from '../multiplier_text.js';
import { counted, fixed, percent, signed, significant } from '../numbers.js';
import { printable, wrap } from '../printable.js';
import { layoutWidth, type Style, styleFor, type TextOptions } from '../style.js';
import { type Column, table } from '../table.js';
import { paragraph } from '../text_blocks.js';
import { formatName } from './format_names.js';
import type { InfoReport, KnownResult, ReadingResult, TableInfo } from './info_results.js';
import { type ErrorFigure, errorFigures } from './metrics_text.js';

/** The report of `approxtorch lut info` for people: one table in full, several in a list; ends with a newline. */
export function renderInfoText({ tables, unreadable }: InfoReport, options: TextOptions): string {
  const style = styleFor(options);
  const width = layoutWidth(options);
  const [only] = tables;
  const lines =
    tables.length === 1 && unreadable.length === 0
      ? details(only!, style, width)
      : list(tables, style, width);
  for (const { reason } of unreadable) lines.push(...paragraph(reason, width).map(style.caution));
  return `${lines.join('\n')}\n`;
}

const columns: Column<TableInfo>[] = [
  { header: 'table', cell: ({ name }) => name, shrinkTo: 12 },
  { header: 'operands', cell: ({ activation, weight, bits }) => operandText(activation, weight, bits) },
  { header: 'sha256', cell: ({ sha256 }) => sha256.slice(0, 8), emphasis: () => 'quiet' },
  { header: 'known as', cell: ({ known }) => known?.names[0]?.name ?? '', shrinkTo: 8, dispensable: 1 },
  { header: 'MAE', align: 'right', cell: ({ metrics }) => significant(metrics.mae) },
  { header: 'MRED %', align: 'right', cell: ({ metrics }) => percent(metrics.mred) },
  { header: 'WCE', align: 'right', cell: ({ metrics }) => significant(metrics.wce) },
  { header: 'EP %', align: 'right', cell: ({ metrics }) => percent(metrics.errorRate, 1) },
  { header: 'bias', align: 'right', cell: ({ metrics }) => signed(metrics.bias) },
  { header: 'rank', align: 'right', cell: ({ rank }) => String(rank.table), dispensable: 2 },
  {
    header: 'mW',
    align: 'right',
    cell: ({ known }) => (known?.cost ? String(known.cost.powerMilliwatt) : ''),
    dispensable: 3,
  },
];

function list(tables: readonly TableInfo[], style: Style, width: number): string[] {
  return table(columns, tables, width, style, ({ warnings }) =>
    warnings.length === 0 ? null : warnings.join(' '),
  );
}

function operandText(activation: string, weight: string, bits: number): string {
  return `${activation}×${weight}${bits === 8 ? '' : `, ${bits} bits`}`;
}

/** A label and what it says, in two columns. */
type Row = readonly [label: string, text: string];

function details(info: TableInfo, style: Style, width: number): string[] {
  const { file, sha256, warnings } = info;
  const block = (rows: readonly Row[]) => labelled(rows, style, width);
  return [
    style.strong(printable(file)),
    ...warnings.flatMap((warning) => paragraph(warning, width)).map(style.caution),
    ...block([
      ['operands', `activation ${info.activation}, weight ${info.weight}, ${info.bits} bits`],
      ['read as', readingText(info.reading)],
      ['rows', orientationText(info)],
      ['sha256', sha256],
      ...(info.known === null ? [] : knownRows(info.known)),
    ]),
    '',
    ...block([
      [
        'products',
        `${fixed(info.range.min, 0)} … ${fixed(info.range.max, 0)}, ${counted(info.distinctValues, 'value')}, ${info.resultBits} bits ${info.resultSigned ? 'with sign' : 'without sign'}`,
      ],
      ['symmetry', symmetryText(info)],
      ['zero', `T(0, w) ${rangeText(info.zeroActivation)}, T(a, 0) ${rangeText(info.zeroWeight)}`],
      ['repeated', duplicateText(info)],
      [
        'rank',
        `${info.rank.table} of ${2 ** info.bits}; of the error ${info.rank.error} (over the rationals, proven)`,
      ],
    ]),
    '',
    ...metricLines(info, style, width),
  ];
}

function labelled(rows: readonly Row[], style: Style, width: number): string[] {
  const indent = rows.reduce((widest, [label]) => Math.max(widest, label.length), 0) + 2;
  return rows.flatMap(([label, text]) =>
    wrap(printable(text), width - indent).map(
      (line, i) => `${style.quiet((i === 0 ? label : '').padEnd(indent))}${line}`,
    ),
  );
}

function readingText({
  format,
  rowOrder,
  columnOrder,
  evidence,
  correlation,
  nextCorrelation,
}: ReadingResult) {
  const order = rowOrder === columnOrder ? rowOrder : `rows ${rowOrder}, columns ${columnOrder}`;
  const next = nextCorrelation === null ? '' : `, next reading ${nextCorrelation.toFixed(2)}`;
  const why: Record<string, string> = {
    stated: 'as stated',
    labelled: 'as labelled',
    compared: 'found by comparison with a·w',
    assumed: 'ASSUMED: the order of the operands was not stated',
  };
  return `${formatName(format)}, operands ${order}; ${why[evidence] ?? evidence} (r = ${correlation.toFixed(3)}${next})`;
}

function orientationText({ reading, known }: TableInfo): string {
  const { rows, orientation } = reading;
  const [first, second] = known?.transposed ? [1, 0] : [0, 1];
  const why: Record<string, string> = {
    stated: 'as stated',
    types: 'as the operand types say',
    symmetric: 'which does not matter: T(a, w) = T(w, a)',
    catalogue: `activations are operand ${known?.operands[first]}, weights operand ${known?.operands[second]} of the circuit`,
    assumed: 'ASSUMED: the table is not symmetric, and nothing tells its axes apart (--order aw or wa)',
  };
  return `${rows}, ${why[orientation] ?? orientation}`;
}

function knownRows({ names, transposed, cParameters, cost, source, licence }: KnownResult): Row[] {
  const all = names.map(({ library, release, name }) => `${name} of ${library} (${release})`).join('; ');
  const declared = cParameters === null ? '' : `; its C function is declared f(${cParameters.join(', ')})`;
  return [
    ['known as', `${all}${transposed ? ', with the operands exchanged' : ''}${declared}`],
    ...(cost === null ? [] : [['cost', costText(cost)] as const]),
    ['source', `${source}; ${licence}`],
  ];
}

function symmetryText({ commutative, signSymmetric }: TableInfo): string {
  const sign =
    signSymmetric === null
      ? ''
      : signSymmetric
        ? ', sign-symmetric: T(−a, w) = −T(a, w)'
        : ', not sign-symmetric: T(−a, w) is not always −T(a, w)';
  return `${commutative ? 'commutative: T(a, w) = T(w, a)' : 'not commutative'}${sign}`;
}

function rangeText({ min, max }: TableInfo['range']): string {
  return min === 0 && max === 0
    ? '= 0'
    : min === max
      ? `= ${fixed(min, 0)}`
      : `from ${fixed(min, 0)} to ${fixed(max, 0)}`;
}

function duplicateText({ rows, columns: weights, bits }: TableInfo): string {
  const size = 2 ** bits;
  if (rows.distinct === size && weights.distinct === size) return 'no two rows or columns are equal';
  return `${rows.distinct} of ${size} rows and ${weights.distinct} of ${size} columns are distinct`;
}

function pairText({ activation, weight, error }: TableInfo['worst']): string {
  return `${fixed(error, 0)} at a = ${fixed(activation, 0)}, w = ${fixed(weight, 0)}`;
}

function metricLines(info: TableInfo, style: Style, width: number): string[] {
  const { metrics, worst, weighted } = info;
  if (metrics.wce === 0) return [style.strong('exact: every product is a·w')];
  const shown: Column<ErrorFigure>[] = [
    { header: 'error over pairs of operands', cell: ({ name }) => name },
    { header: '', cell: ({ about }) => about, emphasis: () => 'quiet' },
    { header: 'uniform', align: 'right', cell: ({ text }) => text(metrics) },
  ];
  if (weighted !== null) {
    shown.push({ header: 'weighted', align: 'right', cell: ({ text }) => text(weighted.metrics) });
  }
  return [
    ...table(shown, errorFigures, width, style),
    ...paragraph(`worst: ${pairText(worst)}`, width).map(style.quiet),
    ...(weighted === null
      ? []
      : paragraph(
          `weighted: over the operands that ${weighted.file} counts; the worst of them: ${pairText(weighted.worst)}`,
          width,
        ).map(style.quiet)),
  ];
}
