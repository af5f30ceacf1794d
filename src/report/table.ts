import { printable, shorten, wrap } from './printable.js';
import type { Style } from './style.js';

export interface Column<Row> {
  readonly header: string;
  readonly cell: (row: Row) => string;
  /** Numbers stand on the right. */
  readonly align?: 'right';
  /** Stands for `cell` where the table is too wide. */
  readonly brief?: (row: Row) => string;
  /** Shrinks where the table is too wide even so: shortened in the middle, down to this many characters. */
  readonly shrinkTo?: number;
  /** Left out where the table is too wide, before any shrinks; the highest number goes first. */
  readonly dispensable?: number;
  readonly emphasis?: (row: Row) => keyof Style | undefined;
  /** Blanks before the column; 2 unless told. */
  readonly gap?: number;
}

const noteIndent = 4;

/**
 * Lines of a table with aligned columns, at most `width` characters wide as long as the columns can shrink
 * that far; the first line is the header. A row's note follows it, indented; finished lines may stand above it.
 */
export function table<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number,
  style: Style,
  note: (row: Row) => string | null = () => null,
  above: (row: Row) => readonly string[] = () => [],
): string[] {
  const { kept, widths, cells } = fit(columns, rows, width);
  const lines: string[] = [];
  const line = (texts: readonly string[], paint: (text: string, column: number) => string) => {
    let result = '';
    let pending = '';
    texts.forEach((text, index) => {
      const column = kept[index]!;
      const blanks = ' '.repeat(Math.max(0, widths[index]! - [...text].length));
      pending += ' '.repeat(index === 0 ? 0 : (column.gap ?? 2));
      if (column.align === 'right') pending += blanks;
      if (text !== '') {
        result += pending + paint(text, index);
        pending = '';
      }
      if (column.align !== 'right') pending += blanks;
    });
    lines.push(result);
  };
  line(
    kept.map((column) => column.header),
    (text) => style.quiet(text),
  );
  rows.forEach((row, rowIndex) => {
    lines.push(...above(row));
    const texts = cells.map((column) => column[rowIndex]!);
    const paint = (text: string, index: number) => {
      const emphasis = kept[index]!.emphasis?.(row);
      return emphasis === undefined ? text : style[emphasis](text);
    };
    line(
      texts.map((text, index) => shorten(text, widths[index]!)),
      paint,
    );
    const text = note(row);
    if (text !== null) {
      for (const part of wrap(printable(text), width - noteIndent)) {
        lines.push(`${' '.repeat(noteIndent)}${style.quiet(part)}`);
      }
    }
  });
  return lines;
}

interface Layout<Row> {
  readonly kept: readonly Column<Row>[];
  readonly widths: number[];
  /** By column, then row. */
  readonly cells: readonly (readonly string[])[];
  /** Characters that the lines are too long. */
  excess: number;
}

/** Chooses the columns and their widths: brief cells where that helps, then fewer columns, then shortened cells. */
function fit<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width: number): Layout<Row> {
  const full = measure(columns, rows, width, false);
  if (full.excess <= 0) return full;
  let kept = columns;
  for (;;) {
    const layout = measure(kept, rows, width, true);
    const spared = kept.reduce((most, column) => Math.max(most, column.dispensable ?? 0), 0);
    if (layout.excess <= 0) return layout;
    if (spared === 0) return shrink(layout);
    kept = kept.filter((column) => column.dispensable !== spared);
  }
}

function measure<Row>(
  kept: readonly Column<Row>[],
  rows: readonly Row[],
  width: number,
  brief: boolean,
): Layout<Row> {
  const cells = kept.map((column) => {
    const cell = (brief ? column.brief : undefined) ?? column.cell;
    return rows.map((row) => printable(cell(row)));
  });
  const widths = kept.map((column, index) =>
    [column.header, ...cells[index]!].reduce((widest, text) => Math.max(widest, [...text].length), 0),
  );
  const total = kept.reduce(
    (sum, column, index) => sum + widths[index]! + (index === 0 ? 0 : (column.gap ?? 2)),
    0,
  );
  return { kept, widths, cells, excess: total - width };
}

function shrink<Row>(layout: Layout<Row>): Layout<Row> {
  const { kept, widths } = layout;
  kept.forEach(({ header, shrinkTo = Number.POSITIVE_INFINITY }, index) => {
    const cut = Math.min(layout.excess, widths[index]! - Math.max(shrinkTo, [...header].length));
    if (cut <= 0) return;
    widths[index]! -= cut;
    layout.excess -= cut;
  });
  return layout;
}
