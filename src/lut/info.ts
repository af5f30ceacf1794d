import { errorMetrics, worstError } from '../multiplier/analysis/metrics.js';
import { tableStructure } from '../multiplier/analysis/structure.js';
import { tableRanks } from '../multiplier/analysis/table_ranks.js';
import { type Recognized, recognize } from '../multiplier/catalog/catalog.js';
import { costOf } from '../multiplier/catalog/cost.js';
import type { LoadMultiplierOptions } from '../multiplier/load.js';
import { loadHistograms, type OperandHistograms } from '../quant/operand_histograms.js';
import { weightedMetrics } from '../quant/operand_weights.js';
import type { InfoReport, KnownResult, ReadingResult, TableInfo } from '../report/lut/info_results.js';
import { UserError } from '../util/errors.js';
import { packageVersion } from '../util/version.js';
import { type OpenedTable, openTable } from './open_table.js';
import { tableFiles } from './table_files.js';

export interface InfoSettings {
  /** Files, and folders of them. */
  readonly paths: readonly string[];
  readonly read: LoadMultiplierOptions;
  /** File of operand histograms to weight errors by; see `inspect --histograms`. */
  readonly weights?: string;
}

/**
 * Measures tables. A file that is none is reported with its reason if there are others.
 * @throws UserError where a path is missing, or no file is a table
 */
export async function inspectTables(
  { paths, read, weights: file }: InfoSettings,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<InfoReport> {
  const files = await tableFiles(paths);
  const weights = file === undefined ? undefined : { file, histograms: await loadHistograms(file) };
  const tables: TableInfo[] = [];
  const unreadable: { file: string; reason: string }[] = [];
  for (const [index, file] of files.entries()) {
    try {
      tables.push(tableInfo(await openTable(file, read), weights));
    } catch (error) {
      if (!(error instanceof UserError) || files.length === 1) throw error;
      unreadable.push({ file, reason: error.message });
    }
    onProgress(index + 1, files.length);
  }
  if (tables.length === 0) {
    throw new UserError(`none of the ${files.length} files is a table; the first: ${unreadable[0]!.reason}`);
  }
  return { schemaVersion: 1, command: 'lut info', version: packageVersion(), tables, unreadable };
}

/** Operand histograms and the file that they are from. */
export interface Weights {
  readonly file: string;
  readonly histograms: OperandHistograms;
}

/**
 * Everything there is to say about a table.
 * @throws UserError where the histograms count operands that the multiplier does not have
 */
export function tableInfo({ file, multiplier, reading }: OpenedTable, weights?: Weights): TableInfo {
  const { name, sha256, activation, weight, bits } = multiplier;
  const recognized = recognize(multiplier);
  const ranks = tableRanks(multiplier);
  return {
    file,
    name,
    sha256,
    activation,
    weight,
    bits,
    reading: readingResult(reading, recognized),
    known: recognized === undefined ? null : knownResult(recognized),
    ...tableStructure(multiplier),
    rank: { table: ranks.table.rank, error: ranks.error.rank },
    metrics: errorMetrics(multiplier),
    worst: worstError(multiplier),
    weighted:
      weights === undefined
        ? null
        : { file: weights.file, ...weightedMetrics(multiplier, weights.histograms, weights.file) },
    warnings: reading.warnings,
  };
}

function readingResult(
  { reading, evidence, nextCorrelation, transposed, orientation }: OpenedTable['reading'],
  recognized: Recognized | undefined,
): ReadingResult {
  const { table, row, column, correlation } = reading;
  const assumed = orientation === 'assumed';
  return {
    format: table.format,
    rowOrder: row.name,
    columnOrder: column.name,
    evidence,
    correlation,
    nextCorrelation: nextCorrelation ?? null,
    rows: transposed ? 'weights' : 'activations',
    orientation: assumed && recognized !== undefined ? 'catalogue' : orientation,
  };
}

function knownResult({ known, transposed }: Recognized): KnownResult {
  const { names, operands, cParameters, source, licence } = known;
  return { names, transposed, operands, cParameters, cost: costOf(known), source, licence };
}
