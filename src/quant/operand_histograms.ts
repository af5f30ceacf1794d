import { z } from 'zod';
import type { OperandType } from '../multiplier/multiplier.js';
import { UserError } from '../util/errors.js';
import { readInput, statInput, writeAtomically } from '../util/files.js';
import { parseJsonFile } from './json_file.js';

/** Which codes one operand of the multiplications may have. */
export interface CodeKind {
  readonly type: OperandType;
  readonly bits: number;
}

/** How often each code occurs in one layer. */
export interface LayerHistogram {
  /** Of the ONNX node. */
  readonly name: string;
  /** Multiply-accumulates per sample. */
  readonly macs: number;
  /** Number of elements of the layer's input, over all samples, with each code: [2^bits], ascending codes. */
  readonly activation: Float64Array;
  /** Number of weights with each code, likewise. */
  readonly weight: Float64Array;
}

/** The operand codes that a network's multiplications see, and where they come from. */
export interface OperandHistograms {
  /** SHA-256 (hex) of the model file. */
  readonly modelSha256: string;
  /** Name and split of the dataset whose first samples went through the network. */
  readonly dataset: string;
  readonly split: string;
  readonly samples: number;
  /** Where the activations' ranges come from. */
  readonly ranges: string;
  readonly activation: CodeKind;
  readonly weight: CodeKind;
  readonly layers: readonly LayerHistogram[];
}

/** No network has so many layers. */
const MAX_BYTES = 64 * 2 ** 20;

const REMEDY = 'write it with approxtorch inspect MODEL --data DATA --histograms FILE';

const counts = z
  .array(z.int().nonnegative())
  .transform((values) => Float64Array.from(values))
  .refine((values) => values.some((count) => count > 0), 'expected counts that are not all 0');
const kind = z.strictObject({ type: z.enum(['int8', 'uint8']), bits: z.int().min(2).max(8) });

const schema = z
  .strictObject({
    schemaVersion: z.literal(1),
    modelSha256: z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits'),
    dataset: z.string(),
    split: z.string(),
    samples: z.int().positive(),
    ranges: z.string(),
    activation: kind,
    weight: kind,
    layers: z
      .array(
        z.strictObject({ name: z.string(), macs: z.int().positive(), activation: counts, weight: counts }),
      )
      .min(1),
  })
  .superRefine(({ layers, ...kinds }, context) => {
    for (const [index, layer] of layers.entries()) {
      for (const axis of ['activation', 'weight'] as const) {
        const expected = 2 ** kinds[axis].bits;
        const found = layer[axis].length;
        if (found === expected) continue;
        const message = `expected ${expected} counts, for ${kinds[axis].bits}-bit codes, got ${found}`;
        context.addIssue({ code: 'custom', path: ['layers', index, axis], message });
      }
    }
  });

/** Writes histograms as JSON, a layer a line. Throws a UserError where the file cannot be written. */
export async function saveHistograms(path: string, histograms: OperandHistograms): Promise<void> {
  const { layers, ...about } = histograms;
  const head = JSON.stringify({ schemaVersion: 1, ...about }, null, 2).slice(0, -2);
  const lines = layers.map(({ activation, weight, ...layer }) =>
    JSON.stringify({ ...layer, activation: [...activation], weight: [...weight] }),
  );
  await writeAtomically(path, `${head},\n  "layers": [\n    ${lines.join(',\n    ')}\n  ]\n}\n`);
}

/** What `saveHistograms` wrote. Throws a UserError that names file and field for everything else. */
export function readHistograms(bytes: Uint8Array, path: string): OperandHistograms {
  expectSize(bytes.length, path);
  const { schemaVersion: _, ...histograms } = parseJsonFile(
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'),
    path,
    schema,
    { what: 'operand histograms', remedy: REMEDY },
  );
  return histograms;
}

/** `readHistograms` of a file; a UserError too where it cannot be read. */
export async function loadHistograms(path: string): Promise<OperandHistograms> {
  expectSize((await statInput(path)).size, path);
  return readHistograms(await readInput(path), path);
}

function expectSize(size: number, path: string): void {
  if (size <= MAX_BYTES) return;
  throw new UserError(
    `${path}: has ${size} bytes, expected operand histograms (${MAX_BYTES} bytes at most); ${REMEDY}`,
  );
}
