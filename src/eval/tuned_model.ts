import { z } from 'zod';
import type { Split } from '../data/dataset.js';
import type { OperandType } from '../multiplier/multiplier.js';
import { formatQMethod, parseQMethod } from '../quant/qmethod.js';
import type { Range } from '../quant/qparams.js';
import { messageOf } from '../util/errors.js';
import type { CarriedSettings } from './settings.js';

/** The entry of metadata_props in which a retrained model says how it was retrained. */
export const tunedKey = 'approxtorch.finetune';

/** A table as a retrained model remembers it: by its content, not by a file. */
export interface TunedMultiplier {
  readonly name: string;
  readonly sha256: string;
  readonly activation: OperandType;
  readonly weight: OperandType;
}

/** The approximate network that a model was retrained for; an evaluation takes it up. */
export interface TunedApproximation extends Omit<CarriedSettings, 'layers'> {
  readonly multiplier: TunedMultiplier;
  /** As given with --layer; the hash is that of the table, absent for 'float'. */
  readonly layers: readonly { readonly pattern: string; readonly lut: string; readonly sha256?: string }[];
  /** Of the inputs of its layers, by value name; empty where ranges are dynamic. */
  readonly ranges: ReadonlyMap<string, Range>;
}

/** What a retrained model says of itself. */
export interface TunedModel {
  /** null: retrained in float. */
  readonly approximation: TunedApproximation | null;
  /** Estimator of the gradients, e.g. 'difference, window 32'. */
  readonly gradient: string;
  readonly batchNorm: 'fold' | 'freeze' | 'train';
  readonly epochs: number;
  readonly seed: number;
  readonly dataset: {
    /** As given with --data. */
    readonly spec: string;
    readonly name: string;
    /** That the accuracy was measured on. */
    readonly split: Split;
    /** Training images are of that split too. */
    readonly shared: boolean;
  };
}

const operandType = z.enum(['int8', 'uint8']);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits');
const bits = z.int().min(2).max(8);

const qmethod = z.string().transform((text, context) => {
  try {
    return parseQMethod(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: messageOf(error) });
    return z.NEVER;
  }
});

const schema = z.strictObject({
  version: z.literal(1),
  approximation: z
    .strictObject({
      multiplier: z.strictObject({
        name: z.string(),
        sha256,
        activation: operandType,
        weight: operandType,
      }),
      lutType: z.enum(['auto', 'int8', 'uint8', 'int8xuint8', 'uint8xint8']),
      lutOrder: z.enum(['aw', 'wa']).optional(),
      layers: z.array(
        z.strictObject({ pattern: z.string().min(1), lut: z.string().min(1), sha256: sha256.optional() }),
      ),
      skipFirst: z.boolean(),
      skipLast: z.boolean(),
      convOnly: z.boolean(),
      qmethod,
      weightBits: bits,
      activationBits: bits,
      fullRange: z.boolean(),
      padding: z.enum(['lookup', 'skip']),
      ranges: z.record(z.string(), z.tuple([z.number().max(0), z.number().nonnegative()])),
    })
    .nullable(),
  gradient: z.string(),
  batchNorm: z.enum(['fold', 'freeze', 'train']),
  epochs: z.int().positive(),
  seed: z.int().nonnegative(),
  dataset: z.strictObject({
    spec: z.string().min(1),
    name: z.string(),
    split: z.enum(['train', 'test']),
    shared: z.boolean(),
  }),
});

/** The text of the entry. */
export function encodeTunedModel({ approximation, ...training }: TunedModel): string {
  return JSON.stringify({
    version: 1,
    approximation: approximation && {
      ...approximation,
      qmethod: formatQMethod(approximation.qmethod),
      ranges: Object.fromEntries([...approximation.ranges].map(([name, { min, max }]) => [name, [min, max]])),
    },
    ...training,
  });
}

/**
 * Reads the entry of a model's metadata, which anybody may have written.
 * @param warn is told where the entry is damaged; the model then counts as never retrained.
 * @returns undefined where there is none.
 */
export function readTunedModel(
  metadata: ReadonlyMap<string, string>,
  file: string,
  warn: (message: string) => void,
): TunedModel | undefined {
  const text = metadata.get(tunedKey);
  if (text === undefined) return undefined;
  const ignore = (reason: string) => {
    warn(`${file}: metadata ${tunedKey}: ${reason.replace(/\p{Cc}+/gu, ' ')}; it is ignored`);
    return undefined;
  };
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return ignore(`not JSON: ${messageOf(error)}`);
  }
  const parsed = schema.safeParse(document);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    return ignore(`${issue.path.length > 0 ? `'${issue.path.join('.')}': ` : ''}${issue.message}`);
  }
  const { version: _, approximation, ...training } = parsed.data;
  return {
    approximation: approximation && { ...approximation, ranges: toRanges(approximation.ranges) },
    ...training,
  };
}

function toRanges(ranges: Readonly<Record<string, readonly [number, number]>>): Map<string, Range> {
  return new Map(Object.entries(ranges).map(([name, [min, max]]) => [name, { min, max }]));
}
