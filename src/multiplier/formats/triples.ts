import { UserError } from '../../util/errors.js';
import { labelValues } from './labels.js';
import type { NumberKind } from './numbers.js';
import { bitsOfCount, EXPECTED_COUNT, type TableFile } from './table_file.js';
import type { ScannedText } from './text_scanner.js';

/** A text of which this share of lines are triples is meant as a list of them. */
const MOST_OF_THE_LINES = 0.75;

/** Whether a text is a list of triples: three numbers on each line, more of them than a small matrix has lines. */
export function isTriples(text: ScannedText): boolean {
  return (
    !text.corner &&
    text.lines >= 4 &&
    text.count === 3 * text.lines &&
    text.lineCounts.subarray(0, text.lines).every((count) => count === 3)
  );
}

/** The error for a text that is a list of triples but for a few lines; undefined where it is none. */
export function brokenTripleError(text: ScannedText, file: string): UserError | undefined {
  const counts = text.lineCounts.subarray(0, text.lines);
  const triples = counts.reduce((sum, count) => sum + (count === 3 ? 1 : 0), 0);
  const odd = counts.findIndex((count) => count !== 3);
  if (odd < 0 || triples < 4 || triples < MOST_OF_THE_LINES * counts.length) return undefined;
  return new UserError(
    `${file}:${text.lineNumbers[odd]}: ${counts[odd]} numbers, expected 3 ("a w value") as on the other lines`,
  );
}

/**
 * A list of lines `a w value`, one for each pair of operands, in any order, as a table with labels: a is the
 * operand of the rows. Throws a UserError where a pair is missing or comes twice.
 */
export function tableOfTriples<Values extends Int32Array | Float32Array>(
  text: ScannedText,
  file: string,
  kind: NumberKind<Values>,
): TableFile<Values> {
  const bits = bitsOfCount(text.lines);
  if (bits === undefined) {
    throw new UserError(`${file}: ${text.lines} lines "a w value", expected ${EXPECTED_COUNT}`);
  }
  const { numbers, lines, lineNumbers } = text;
  return fillTable(
    bits,
    { numbers, what: '"a w value"', where: (i) => `${file}:${lineNumbers[i]}`, file },
    lines,
    kind,
  );
}

/** Triples from any file. */
export interface Triples {
  /** Three numbers each, one after the other. */
  readonly numbers: ArrayLike<number>;
  readonly what: string;
  readonly where: (triple: number) => string;
  readonly file: string;
}

/** @throws UserError as `tableOfTriples` */
export function fillTable<Values extends Int32Array | Float32Array>(
  bits: number,
  { numbers, what, where, file }: Triples,
  count: number,
  kind: NumberKind<Values>,
): TableFile<Values> {
  const size = 2 ** bits;
  const operands = [0, 1].map((axis) => {
    const distinct = new Set<number>();
    for (let i = 0; i < count; i++) distinct.add(numbers[3 * i + axis]!);
    if (distinct.size !== size) {
      throw new UserError(
        `${file}: ${count} lines ${what} name ${distinct.size} values of the ${axis === 0 ? 'first' : 'second'} operand, expected ${size}`,
      );
    }
    return labelValues(Float64Array.from(distinct).sort(), file, `${axis === 0 ? 'first' : 'second'} column`);
  });
  const [rowLabels, columnLabels] = operands as [Int32Array, Int32Array];
  const rowOf = new Map(Array.from(rowLabels, (label, i) => [label, i]));
  const columnOf = new Map(Array.from(columnLabels, (label, i) => [label, i]));
  const values = new Float64Array(size * size);
  const seen = new Uint8Array(size * size);
  for (let i = 0; i < count; i++) {
    const a = numbers[3 * i]!;
    const w = numbers[3 * i + 1]!;
    const at = rowOf.get(a)! * size + columnOf.get(w)!;
    if (seen[at] === 1) throw new UserError(`${where(i)}: the pair ${a} ${w} comes a second time`);
    seen[at] = 1;
    values[at] = numbers[3 * i + 2]!;
  }
  return { format: 'triples', bits, values: kind.array(values), rowLabels, columnLabels };
}
