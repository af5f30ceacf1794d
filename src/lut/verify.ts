import type { DesignOptions } from '../multiplier/build/design_options.js';
import { isDesign } from '../multiplier/build/run_design.js';
import type { LoadMultiplierOptions } from '../multiplier/load.js';
import { operandPair } from '../multiplier/operand_pair.js';
import type { DiffReport } from '../report/lut/diff_results.js';
import { UserError } from '../util/errors.js';
import { packageVersion } from '../util/version.js';
import { buildMultiplier } from './build.js';
import { compare, comparedFile, comparedTable, diffTables } from './compare.js';
import { type OpenedTable, openTable } from './open_table.js';

export interface VerifySettings {
  /** The table in question. */
  readonly file: string;
  readonly read: LoadMultiplierOptions;
  /** What it must equal: a design with what it is made of, or another table. */
  readonly against: readonly [string, ...string[]];
  readonly design: DesignOptions;
}

/**
 * Compares a table with the design that it stands for, all pairs of operands, or with another table.
 * @throws UserError where one of them cannot be read or run; InterruptedError
 */
export async function verifyTable(settings: VerifySettings): Promise<DiffReport> {
  const { file, read, against, design } = settings;
  const [source] = against;
  if (!isDesign(source)) {
    if (against.length > 1) {
      throw new UserError('--against: expected one table, or the sources of one design');
    }
    return { ...(await diffTables(source, file, read)), command: 'lut verify' };
  }
  const stated = read.type ?? 'auto';
  const opened = await openTable(file, read).catch((error: unknown) => {
    if (error instanceof UserError && stated === 'auto') return error;
    throw error;
  });
  const types =
    opened instanceof UserError
      ? stated
      : operandPair(opened.multiplier.activation, opened.multiplier.weight);
  const built = await buildMultiplier({ ...design, sources: against, types });
  const table: OpenedTable =
    opened instanceof UserError
      ? await openTable(file, {
          ...read,
          type: operandPair(built.multiplier.activation, built.multiplier.weight),
        })
      : opened;
  const { tool, top } = built.origin;
  return {
    schemaVersion: 1,
    command: 'lut verify',
    version: packageVersion(),
    first: comparedTable(built.multiplier, source, { tool, top }),
    second: comparedFile(table),
    ...compare(built.multiplier, table.multiplier),
    warnings: [...built.warnings, ...table.reading.warnings],
  };
}
