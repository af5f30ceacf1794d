import type { Multiplier } from '../multiplier.js';
import { errorTable } from './error_table.js';
import { type ExactRank, exactRank } from './rank/exact_rank.js';

/** Ranks over the rational numbers: of the table (1: an outer product, as the exact one is), and of its errors. */
export interface TableRanks {
  readonly table: ExactRank;
  readonly error: ExactRank;
}

export function tableRanks(multiplier: Multiplier): TableRanks {
  const size = 2 ** multiplier.bits;
  const rankOf = (values: Float64Array) => exactRank({ rows: size, columns: size, values });
  return { table: rankOf(new Float64Array(multiplier.table)), error: rankOf(errorTable(multiplier)) };
}
