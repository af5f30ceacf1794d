import { printable, shorten, wrap } from './printable.js';
import type { Style } from './style.js';

export interface Column<Row> {
  readonly header: string;
  readonly cell: (row: Row) => string;
  /** Numbers stand on the right. */
  readonly align?: 'right';
  /** Shrinks where the table is too wide: shortened in the middle, down to this many characters. */
  readonly shrinkTo?: number;
  /** Left out where the table is too wide even so; the highest number goes first. */
  readonly dispensable?: number;
  readonly emphasis?: (row: Row) => keyof Style | undefined;
  /** Blanks before the column; 2 unless told. */
  readonly gap?: number;
}

const noteIndent = 4;

/**
 * Lines of a table with aligned columns, at most `width` characters wide as long as the columns can shrink
 * that far; the first line is the header. A row's note follows it, indented.
 */
export function table<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number,
  style: Style,
  note: (row: Row) => string | null = () => null,
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

/** Chooses the columns and their widths. */
function fit<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width: number) {
  let kept = [...columns];
  for (;;) {
    const cells = kept.map((column) => rows.map((row) => printable(column.cell(row))));
    const widths = kept.map((column, index) =>
      Math.max([...column.header].length, ...cells[index]!.map((text) => [...text].length)),
    );
    const gaps = kept.reduce((sum, column, index) => sum + (index === 0 ? 0 : (column.gap ?? 2)), 0);
    let excess = gaps + widths.reduce((sum, value) => sum + value, 0) - width;
    const shrink = (index: number, minimum: number) => {
      const cut = Math.min(excess, Math.max(0, widths[index]! - minimum));
      if (cut > 0) {
        widths[index]! -= cut;
        excess -= cut;
      }
    };
    kept.forEach((column, index) => {
      if (column.shrinkTo !== undefined) shrink(index, Math.max(column.shrinkTo, [...column.header].length));
    });
    if (excess <= 0) return { kept, widths, cells };
    const weakest = kept.reduce<Column<Row> | undefined>(
      (best, column) => ((column.dispensable ?? 0) > (best?.dispensable ?? 0) ? column : best),
      undefined,
    );
    if (weakest === undefined) return { kept, widths, cells };
    kept = kept.filter((column) => column !== weakest);
  }
}
