import { UserError } from '../../util/errors.js';
import type { LutFormat } from '../formats/format.js';
import { MOST_BITS, type TableFile } from '../formats/table_file.js';
import { axisOrders } from './axis_order.js';
import { correlate } from './correlation.js';
import { MIN_CORRELATION, MIN_LEAD } from './thresholds.js';

/** Formats whose files do not state how many numbers they hold. */
const OPEN_ENDED: ReadonlySet<LutFormat> = new Set(['text', 'csv', 'u16', 'i16', 'i32']);
/** One row is no product yet: any straight line would do. */
const LEAST_ROWS = 2;
/** A table whose types are stated is only doubted where it is very much like a part of a larger one. */
const STRONG_CORRELATION = 0.9;

/**
 * A file that was cut off must not pass for a table of narrower operands.
 * @param tables the ways to take the numbers
 * @param correlation of the best reading as a whole table
 * @param guessed whether that reading is taken for its correlation alone
 * @throws UserError where the numbers look about as much like a part of a larger table
 */
export function assertWhole(
  tables: readonly TableFile[],
  correlation: number,
  guessed: boolean,
  file: string,
): void {
  const cut = beginningOfWider(tables);
  const least = guessed ? MIN_CORRELATION : STRONG_CORRELATION;
  if (cut === undefined || cut.correlation < least || correlation - cut.correlation >= MIN_LEAD) return;
  throw new UserError(
    `${file}: looks like the first ${cut.rows} of ${2 ** cut.bits} rows of a table for ${cut.bits}-bit operands (r = ${cut.correlation.toFixed(2)}), expected all rows; is the file cut off?`,
  );
}

/** A table of wider operands whose first rows the numbers may be. */
interface Beginning {
  readonly bits: number;
  readonly rows: number;
  /** Similarity to those rows of the exact product; see `correlate`. */
  readonly correlation: number;
}

/** The table that a file is most like a beginning of; undefined where the file states its size, or none is so wide. */
function beginningOfWider(tables: readonly TableFile[]): Beginning | undefined {
  return tables
    .filter(({ format, rowLabels, columnLabels }) => OPEN_ENDED.has(format) && !(rowLabels ?? columnLabels))
    .flatMap((table) => (table.format === 'i32' ? [table, ...halfWords(table)] : [table]))
    .flatMap(beginnings)
    .reduce<Beginning | undefined>(
      (best, found) => (best === undefined || found.correlation > best.correlation ? found : best),
      undefined,
    );
}

/** Numbers of 32 bits as twice as many of 16 bits, unsigned and signed: what they are in half of a file of those. */
function halfWords(table: TableFile): TableFile[] {
  const unsigned = Int32Array.from({ length: 2 * table.values.length }, (_, i) =>
    i % 2 === 0 ? table.values[i >> 1]! & 0xffff : table.values[i >> 1]! >>> 16,
  );
  return [unsigned, unsigned.map((value) => (value << 16) >> 16)].map((values) => ({ ...table, values }));
}

function beginnings(table: TableFile): Beginning[] {
  const found: Beginning[] = [];
  for (let bits = table.bits + 1; bits <= MOST_BITS; bits++) {
    const rows = table.values.length / 2 ** bits;
    if (rows < LEAST_ROWS) break;
    const orders = axisOrders(bits);
    const firstRows = orders.map((order) => ({ ...order, operands: order.operands.subarray(0, rows) }));
    for (const { correlation } of correlate(table, firstRows, orders))
      found.push({ bits, rows, correlation });
  }
  return found;
}
