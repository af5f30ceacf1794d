import { parse } from 'node:path';
import type { LutFormat } from '../multiplier/formats/format.js';
import { formatToWrite } from '../multiplier/formats/output_format.js';
import { encodeTable } from '../multiplier/formats/write.js';
import { defaultWindow, difference } from '../multiplier/gradient/difference.js';
import { fullGradientTables } from '../multiplier/gradient/full_tables.js';
import { lre } from '../multiplier/gradient/linear.js';
import type { LoadMultiplierOptions } from '../multiplier/load.js';
import type { GradientReport } from '../report/lut/gradient_results.js';
import { writeAtomically } from '../util/files.js';
import { packageVersion } from '../util/version.js';
import { openTable } from './open_table.js';

export interface GradientSettings {
  readonly file: string;
  readonly read: LoadMultiplierOptions;
  readonly method: 'lre' | 'difference';
  /** h of `difference`; default: an eighth of the operands. */
  readonly window?: number;
  readonly output: string;
  readonly to?: LutFormat;
}

/** The two files that an output stands for: `grad.npy` → `grad.activation.npy`, `grad.weight.npy`. */
export function gradientFiles(output: string): { readonly activation: string; readonly weight: string } {
  const { ext } = parse(output);
  const stem = ext === '' ? output : output.slice(0, -ext.length);
  return { activation: `${stem}.activation${ext}`, weight: `${stem}.weight${ext}` };
}

/**
 * Writes the gradient tables of a multiplier (numerics.md §4), as `finetune --gradient table` takes them.
 * @throws UserError where the file is no table, the window does not fit, or the output cannot be written
 */
export async function writeGradients(settings: GradientSettings): Promise<GradientReport> {
  const { file, method, output, to } = settings;
  const { multiplier, warnings } = await openTable(file, settings.read);
  const { sha256, activation, weight, bits } = multiplier;
  const window = method === 'difference' ? (settings.window ?? defaultWindow(bits)) : null;
  const { byActivation, byWeight } = fullGradientTables(
    window === null ? lre(multiplier) : difference(multiplier, window),
    multiplier,
  );
  const files = gradientFiles(output);
  const write = async (path: string, table: Float32Array): Promise<LutFormat> => {
    const whole = { activation, weight, bits, table };
    const format = formatToWrite(path, whole, to);
    await writeAtomically(path, encodeTable(whole, { format, order: 'ascending' }));
    return format;
  };
  await write(files.activation, byActivation);
  const format = await write(files.weight, byWeight);
  return {
    schemaVersion: 1,
    command: 'lut gradient',
    version: packageVersion(),
    file,
    sha256,
    activation,
    weight,
    bits,
    method,
    window,
    output: { format, ...files },
    range: { activation: rangeOf(byActivation), weight: rangeOf(byWeight) },
    warnings,
  };
}

function rangeOf(values: Float32Array): [number, number] {
  return values.reduce<[number, number]>(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
}
