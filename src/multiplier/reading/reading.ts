import { UserError } from '../../util/errors.js';
import type { TableFile } from '../formats/table_file.js';
import type { OperandType } from '../multiplier.js';
import { areLabelled, axisCandidates } from './axis_candidates.js';
import { type AxisOrder, axisOrders, type IndexOrder } from './axis_order.js';
import { clearlyBest } from './clearly_best.js';
import { correlate, type Reading } from './correlation.js';
import { assertWhole } from './cut_off.js';
import { untoldType } from './highest_bit.js';
import type { StatingFlags } from './stating_flags.js';

/** Types of rows and columns, where the user states them. */
export interface AxisTypes {
  readonly row: OperandType;
  readonly column: OperandType;
}

/** What the user states of a file. */
export interface Stated {
  readonly flags: StatingFlags;
  readonly types?: AxisTypes;
  /** Order of the operands along both axes. */
  readonly order?: Exclude<IndexOrder, 'labelled'>;
}

/** Why the operands are what they were taken for. */
export type Evidence = 'stated' | 'labelled' | 'compared' | 'assumed';

export interface Choice {
  readonly reading: Reading;
  /** What decided about types and order; 'assumed': nothing, the documented order was taken. */
  readonly evidence: Evidence;
  /** Similarity of the next best reading, where there was one. */
  readonly nextCorrelation: number | undefined;
  readonly warnings: readonly string[];
}

/** Readings, best first, and the one that stands out, if one does. */
function rank(tables: readonly TableFile[], rows: readonly AxisOrder[], columns: readonly AxisOrder[]) {
  const readings = tables
    .flatMap((table) => correlate(table, rows, columns))
    .sort((a, b) => b.correlation - a.correlation);
  return { readings, clear: clearlyBest(readings, tables[0]!.bits) };
}

/** A reading in words. */
export function describeReading({ table, row, column, correlation }: Reading): string {
  const order = row.name === column.name ? row.name : `rows ${row.name}, columns ${column.name}`;
  const type = row.type === column.type ? row.type : `${row.type} by ${column.type}`;
  const width = table.bits === 8 ? '' : `${table.bits}-bit `;
  return `${width}${type} (${order}; r = ${correlation.toFixed(2)})`;
}

/** What is taken in doubt: the numbers as they are declared, or signed where an operand is, in the documented order. */
function documentedReading(
  readings: readonly Reading[],
  tables: readonly TableFile[],
  rows: readonly AxisOrder[],
  columns: readonly AxisOrder[],
): Reading {
  const [declared, other] = tables as [TableFile, TableFile?];
  const signed = rows[0]!.type === 'int8' || columns[0]!.type === 'int8';
  const table = declared.format === 'u16' && other !== undefined && signed ? other : declared;
  const documented = (orders: readonly AxisOrder[]) =>
    (declared.format === 'c' && orders.find(({ order }) => order === 'twos-complement')) || orders[0];
  return readings.find(
    (reading) =>
      reading.table === table && reading.row === documented(rows) && reading.column === documented(columns),
  )!;
}

/** @throws UserError where an axis without labels could be signed or unsigned with the same numbers */
function assertTypesTold(table: TableFile, flags: StatingFlags, file: string): void {
  for (const axis of ['row', 'column'] as const) {
    if ((axis === 'row' ? table.rowLabels : table.columnLabels) !== undefined) continue;
    const reason = untoldType(table, axis);
    if (reason === undefined) continue;
    throw new UserError(
      `${file}: cannot tell the operand types: products ${reason} of the ${axis} operand; ${stateTypes(flags)}`,
    );
  }
}

function stateTypes({ type }: StatingFlags): string {
  return `state them with ${type} int8, uint8, int8xuint8 or uint8xint8`;
}

/**
 * Finds out which operands the rows and columns of a table stand for: from its labels, from what is stated, and
 * by comparison with the exact product. Without stated types a table that fits no reading, or two about as well,
 * is refused with a UserError. With them, the stated order is taken in doubt, else the documented one, and a warning
 * says so.
 * @param tables the numbers, first as the file declares them
 */
export function chooseReading(tables: readonly TableFile[], stated: Stated, file: string): Choice {
  const [declared] = tables as [TableFile];
  const { types, order, flags } = stated;
  const { bits, rowLabels, columnLabels } = declared;
  const rows = axisCandidates(rowLabels, bits, { type: types?.row, order }, file, 'index column', flags);
  const columns = axisCandidates(
    columnLabels,
    bits,
    { type: types?.column, order },
    file,
    'header row',
    flags,
  );
  const settled = rows.length === 1 && columns.length === 1;
  const labelled = areLabelled(rowLabels, rows) && areLabelled(columnLabels, columns);
  const evidence = labelled ? 'labelled' : settled ? 'stated' : undefined;
  const { readings, clear } = rank(tables, rows, columns);
  assertWhole(tables, readings[0]!.correlation, clear !== undefined && types === undefined, file);
  const nextCorrelation = readings[1]?.correlation;
  if (clear) {
    if (types === undefined) assertTypesTold(declared, flags, file);
    return { reading: clear, evidence: evidence ?? 'compared', nextCorrelation, warnings: [] };
  }

  const all = axisOrders(bits);
  const unrestricted = rank(tables, all, all);
  const lookalike = unrestricted.clear;
  const reading = documentedReading(readings, tables, rows, columns);
  if (types === undefined && (!settled || lookalike)) {
    throw new UserError(
      settled
        ? `${file}: labelled as ${describeReading(reading)}, but the numbers look like ${describeReading(lookalike!)}; state the operands with ${flags.type}`
        : `${file}: cannot tell the operand types: the table is no clear product, closest are ${readings.slice(0, 2).map(describeReading).join(' and ')}; ${stateTypes(flags)}`,
    );
  }
  const hint = lookalike ? `; it looks like ${describeReading(lookalike)}` : '';
  return {
    reading,
    evidence: evidence ?? 'assumed',
    nextCorrelation,
    warnings: [
      `${file}: read as ${describeReading(reading)}, which is not close to the exact product${hint}; check ${flags.type} and ${flags.order}`,
    ],
  };
}
