import { z } from 'zod';
import { readInput, writeAtomically } from '../util/files.js';
import { CALIBRATOR_KINDS, type CalibratorKind } from './calibrators/create.js';
import { parseJsonFile } from './json_file.js';
import type { Range } from './qparams.js';

/** Ranges found on calibration data, and where they come from. */
export interface Calibration {
  /** SHA-256 (hex) of the model file. */
  readonly modelSha256: string;
  readonly calibrator: CalibratorKind;
  /** Number of samples that were observed. */
  readonly samples: number;
  /** Range of each tensor, by ONNX value name. */
  readonly ranges: ReadonlyMap<string, Range>;
}

const schema = z.strictObject({
  schemaVersion: z.literal(1),
  modelSha256: z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits'),
  calibrator: z.enum(CALIBRATOR_KINDS as [CalibratorKind, ...CalibratorKind[]]),
  samples: z.int().nonnegative(),
  ranges: z.record(z.string(), z.strictObject({ min: z.number().max(0), max: z.number().nonnegative() })),
});

/** Writes a calibration as JSON. Throws a UserError where the file cannot be written. */
export async function saveCalibration(path: string, calibration: Calibration): Promise<void> {
  const document = { schemaVersion: 1, ...calibration, ranges: Object.fromEntries(calibration.ranges) };
  await writeAtomically(path, `${JSON.stringify(document, null, 2)}\n`);
}

/** Reads what `saveCalibration` wrote. Throws a UserError that names file and field for everything else. */
export async function loadCalibration(path: string): Promise<Calibration> {
  const text = (await readInput(path)).toString('utf8');
  const parsed = parseJsonFile(text, path, schema, {
    what: 'a calibration',
    remedy: 'write it with --save-calibration',
  });
  const { modelSha256, calibrator, samples, ranges } = parsed;
  return { modelSha256, calibrator, samples, ranges: new Map(Object.entries(ranges)) };
}
