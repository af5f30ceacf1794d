import { UserError } from '../util/errors.js';
import { AXIS_ORDERS, type AxisOrder, labelledOrder } from './axis_order.js';
import { correlate, type Reading } from './correlation.js';
import type { TableFile } from './formats/table_file.js';
import type { OperandType } from './multiplier.js';

/** A reading is taken for granted where it is at least this similar to the exact product, … */
const MIN_CORRELATION = 0.75;
/** … and ahead of the next one by this much. Exact tables are ahead by 0.24 or more. */
const MIN_LEAD = 0.1;

/** Types of rows and columns, where the user states them. */
export interface AxisTypes {
  readonly row: OperandType;
  readonly column: OperandType;
}

/** The reading that stands out, if one does. */
function clearWinner([best, second]: readonly Reading[]): Reading | undefined {
  if (best === undefined || best.correlation < MIN_CORRELATION) return undefined;
  return second === undefined || best.correlation - second.correlation >= MIN_LEAD ? best : undefined;
}

function describe({ row, column, correlation }: Reading): string {
  const order = row.name === column.name ? row.name : `rows ${row.name}, columns ${column.name}`;
  const type = row.type === column.type ? row.type : `${row.type} by ${column.type}`;
  return `${type} (${order}; r = ${correlation.toFixed(2)})`;
}

/** Orders that one axis may have, given its labels and its type. */
function candidates(
  labels: Int32Array | undefined,
  type: OperandType | undefined,
  file: string,
  axis: string,
): readonly AxisOrder[] {
  const ofType = AXIS_ORDERS.filter((order) => type === undefined || order.type === type);
  if (labels === undefined) return ofType;
  const labelled = labelledOrder(labels);
  if (labelled === undefined) {
    throw new UserError(
      `${file}: the ${axis} does not name every operand once, expected -128…127 or 0…255; remove it or mend it`,
    );
  }
  if (type === undefined || labelled.type === type) return [labelled];
  // Labels 0…255 may be mere positions (as pandas writes them), all others are operand values.
  if (labelled.name === '0…255') return ofType;
  throw new UserError(
    `${file}: the ${axis} (${labelled.name}) says ${labelled.type}, --lut-type says ${type}; change one`,
  );
}

/**
 * Finds out which operands the rows and columns of a table stand for: from its labels, the stated types, and
 * comparison with the exact product. Without stated types a table that fits no reading, or two about as well,
 * is refused with a UserError. With them, the documented order is taken in doubt, and a warning says so.
 */
export function chooseReading(
  table: TableFile,
  types: AxisTypes | undefined,
  file: string,
): { readonly reading: Reading; readonly warnings: readonly string[] } {
  const rows = candidates(table.rowLabels, types?.row, file, 'index column');
  const columns = candidates(table.columnLabels, types?.column, file, 'header row');
  const readings = correlate(table.values, rows, columns);
  const clear = clearWinner(readings);
  if (clear) return { reading: clear, warnings: [] };

  const unrestricted = correlate(table.values, AXIS_ORDERS, AXIS_ORDERS);
  const lookalike = clearWinner(unrestricted);
  const only = readings.length === 1 ? readings[0] : undefined;
  if (types === undefined && (only === undefined || lookalike)) {
    const likely = lookalike ?? unrestricted[0]!;
    throw new UserError(
      only
        ? `${file}: labelled as ${describe(only)}, but the numbers look like ${describe(likely)}; state the operands with --lut-type`
        : `${file}: cannot tell the operand types: the table is no clear product, closest are ${readings.slice(0, 2).map(describe).join(' and ')}; state them with --lut-type int8, uint8, int8xuint8 or uint8xint8`,
    );
  }
  const reading = readings.find((r) => r.row === rows[0] && r.column === columns[0])!;
  const hint = lookalike ? `; it looks like ${describe(lookalike)}` : '';
  return {
    reading,
    warnings: [
      `${file}: read as ${describe(reading)}, which is not close to the exact product${hint}; check --lut-type and --lut-order`,
    ],
  };
}
