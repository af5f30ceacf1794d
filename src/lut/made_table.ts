import { errorMetrics } from '../multiplier/analysis/metrics.js';
import type { LutFormat } from '../multiplier/formats/format.js';
import { formatToWrite } from '../multiplier/formats/output_format.js';
import { encodeTable } from '../multiplier/formats/write.js';
import type { Multiplier } from '../multiplier/multiplier.js';
import type { MadeTableReport } from '../report/lut/made_results.js';
import { writeAtomically } from '../util/files.js';
import { packageVersion } from '../util/version.js';
import { knownAs } from './open_table.js';

/** Where a table goes; without a file it goes into the report. */
export interface TableOutput {
  readonly output?: string;
  readonly to?: LutFormat;
}

/** A table that was made, for its report and for the caller. */
export interface MadeTable {
  readonly multiplier: Multiplier;
  readonly report: MadeTableReport;
}

/**
 * Writes a table that was made, and reports on it.
 * @throws UserError where the file cannot be written, or its format does not hold the table
 */
export async function reportMadeTable(
  multiplier: Multiplier,
  { output, to }: TableOutput,
  made: Pick<MadeTableReport, 'command' | 'origin' | 'warnings'>,
): Promise<MadeTable> {
  const { name, sha256, activation, weight, bits, table } = multiplier;
  let written: MadeTableReport['output'] = null;
  if (output !== undefined) {
    const format = formatToWrite(output, multiplier, to);
    await writeAtomically(output, encodeTable(multiplier, { format }));
    written = { file: output, format };
  }
  const size = 2 ** bits;
  const rows = () => Array.from({ length: size }, (_, i) => [...table.subarray(i * size, (i + 1) * size)]);
  const report: MadeTableReport = {
    schemaVersion: 1,
    command: made.command,
    version: packageVersion(),
    name,
    sha256,
    activation,
    weight,
    bits,
    knownAs: knownAs(multiplier),
    origin: made.origin,
    metrics: errorMetrics(multiplier),
    output: written,
    table: written === null ? rows() : null,
    warnings: made.warnings,
  };
  return { multiplier, report };
}
