import { differences } from '../multiplier/compare/differences.js';
import { classicMistakes } from '../multiplier/compare/mistakes.js';
import type { LoadMultiplierOptions } from '../multiplier/load.js';
import type { Multiplier } from '../multiplier/multiplier.js';
import { operandPair } from '../multiplier/operand_pair.js';
import type { ComparedTable, Comparison, DiffReport } from '../report/lut/diff_results.js';
import { UserError } from '../util/errors.js';
import { packageVersion } from '../util/version.js';
import { knownAs, type OpenedTable, openTable } from './open_table.js';

/** How two multipliers compare. */
export function compare(first: Multiplier, second: Multiplier): Comparison {
  if (
    first.activation !== second.activation ||
    first.weight !== second.weight ||
    first.bits !== second.bits
  ) {
    return { equal: false, mistakes: classicMistakes(first, second), entries: null };
  }
  const { count, ...found } = differences(first, second);
  return {
    equal: count === 0,
    mistakes: classicMistakes(first, second),
    entries: { differing: count, total: first.table.length, ...found },
  };
}

/** A file that took part, for the report. */
export function comparedFile({ file, multiplier, reading }: OpenedTable): ComparedTable {
  const { table, row, column } = reading.reading;
  return comparedTable(multiplier, file, {
    format: table.format,
    rowOrder: row.name,
    columnOrder: column.name,
  });
}

/** @param origin the layout of a file, or what a table was made from */
export function comparedTable(
  multiplier: Multiplier,
  file: string,
  origin: ComparedTable['origin'],
): ComparedTable {
  const { sha256, activation, weight, bits } = multiplier;
  return { file, sha256, activation, weight, bits, origin, knownAs: knownAs(multiplier) };
}

/**
 * Compares two table files. Where only one of them tells its operand types, the other is read with the same ones.
 * @throws UserError where one is no table, or neither tells its operands
 */
export async function diffTables(
  first: string,
  second: string,
  options: LoadMultiplierOptions,
): Promise<DiffReport> {
  const one = await attempt(first, options);
  const other = await attempt(second, options);
  const a = one.table ?? (await readLike(other, first, options, one.error));
  const b = other.table ?? (await readLike(one, second, options, other.error));
  return {
    schemaVersion: 1,
    command: 'lut diff',
    version: packageVersion(),
    first: comparedFile(a),
    second: comparedFile(b),
    ...compare(a.multiplier, b.multiplier),
    warnings: [...a.reading.warnings, ...b.reading.warnings],
  };
}

interface Attempt {
  readonly table?: OpenedTable;
  readonly error?: UserError;
}

async function attempt(file: string, options: LoadMultiplierOptions): Promise<Attempt> {
  try {
    return { table: await openTable(file, options) };
  } catch (error) {
    if (error instanceof UserError) return { error };
    throw error;
  }
}

/** A file that does not tell its operands, read with those of another; fails as it did where there is none. */
async function readLike(
  { table }: Attempt,
  file: string,
  options: LoadMultiplierOptions,
  error: UserError | undefined,
): Promise<OpenedTable> {
  if (table === undefined || (options.type ?? 'auto') !== 'auto') throw error ?? new Error('nothing failed');
  const { activation, weight } = table.multiplier;
  const order = options.order ?? (activation === weight ? undefined : 'aw');
  return openTable(file, { ...options, type: operandPair(activation, weight), order });
}
