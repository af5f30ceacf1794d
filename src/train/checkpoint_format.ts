import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Range } from '../quant/qparams.js';
import type { EpochResult, VariantResults } from '../report/finetune_results.js';
import { messageOf, UserError } from '../util/errors.js';

/*
 * A checkpoint: 8 bytes of magic, version and length of the header (uint32), the header as JSON, zeros up to a
 * multiple of 8, the arrays (float32) one after the other, and the SHA-256 of all that. All little-endian.
 */

const MAGIC = 'APTCKPT\n';
const VERSION = 1;
const PREFIX = 16;
const HASH = 32;

/** A model of a training: new values of constants of the optimized graph, and the activation ranges that go with it. */
export interface Snapshot {
  readonly epoch: number;
  /** On the held-out images; null where there are none. */
  readonly accuracy: number | null;
  readonly constants: ReadonlyMap<string, Float32Array>;
  readonly ranges: ReadonlyMap<string, Range>;
}

/** How far a training has come. Sums are over the steps of the current epoch so far. */
export interface Position {
  /** From 1; past the last where all are done. */
  readonly epoch: number;
  readonly stepInEpoch: number;
  /** Of the optimizer, over all epochs. */
  readonly step: number;
  readonly loss: number;
  readonly correct: number;
  readonly seconds: number;
}

/** Everything that a training needs to go on. */
export interface Checkpoint {
  /** What it belongs to, in words and hashes; see checkpoint_identity.ts. */
  readonly identity: Readonly<Record<string, string>>;
  readonly position: Position;
  readonly curve: readonly EpochResult[];
  readonly trainingSeconds: number;
  /** Activation ranges that the training began with. */
  readonly startRanges: ReadonlyMap<string, Range>;
  readonly before: VariantResults;
  /** Of the training network. */
  readonly states: ReadonlyMap<string, Float32Array>;
  /** Best model so far. */
  readonly best: Snapshot | null;
}

export function encodeCheckpoint(checkpoint: Checkpoint): Buffer {
  const { states, best, startRanges, ...plain } = checkpoint;
  const arrays = [
    ...[...states].map(([name, values]) => ({ of: 'state' as const, name, values })),
    ...[...(best?.constants ?? [])].map(([name, values]) => ({ of: 'best' as const, name, values })),
  ];
  const header: Header = {
    ...plain,
    startRanges: [...startRanges],
    best: best && { epoch: best.epoch, accuracy: best.accuracy, ranges: [...best.ranges] },
    arrays: arrays.map(({ of, name, values }) => ({ of, name, length: values.length })),
  };
  const json = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(PREFIX);
  prefix.write(MAGIC, 'latin1');
  prefix.writeUInt32LE(VERSION, 8);
  prefix.writeUInt32LE(json.length, 12);
  const body = Buffer.concat([
    prefix,
    json,
    Buffer.alloc(padding(PREFIX + json.length)),
    ...arrays.map(({ values }) => Buffer.from(values.buffer, values.byteOffset, values.byteLength)),
  ]);
  return Buffer.concat([body, createHash('sha256').update(body).digest()]);
}

/** @throws UserError where the bytes are not a whole checkpoint of this version */
export function decodeCheckpoint(bytes: Uint8Array, file: string): Checkpoint {
  const damaged = (reason: string) =>
    new UserError(`${file}: ${reason}; remove it to begin anew, or give another --checkpoint folder`);
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (data.length < PREFIX + HASH || data.toString('latin1', 0, 8) !== MAGIC) {
    throw damaged('not a checkpoint of approxtorch, or cut off');
  }
  const version = data.readUInt32LE(8);
  if (version !== VERSION) throw damaged(`a checkpoint of version ${version}, expected ${VERSION}`);
  const body = data.subarray(0, -HASH);
  if (!createHash('sha256').update(body).digest().equals(data.subarray(-HASH))) {
    throw damaged('the checkpoint is damaged (its SHA-256 does not fit)');
  }
  const end = PREFIX + data.readUInt32LE(12);
  try {
    const header = schema.parse(JSON.parse(data.toString('utf8', PREFIX, end)));
    return fromHeader(header, body.subarray(end + padding(end)));
  } catch (error) {
    throw damaged(`the checkpoint cannot be read (${messageOf(error).split('\n')[0]})`);
  }
}

function fromHeader({ arrays, startRanges, best, ...plain }: Header, data: Uint8Array): Checkpoint {
  // A copy, so that the arrays are aligned.
  const { buffer } = new Uint8Array(data);
  const maps = { state: new Map<string, Float32Array>(), best: new Map<string, Float32Array>() };
  let offset = 0;
  for (const { of, name, length } of arrays) {
    maps[of].set(name, new Float32Array(buffer, offset, length));
    offset += 4 * length;
  }
  if (offset !== buffer.byteLength) throw new Error('sizes of its arrays do not add up');
  return {
    ...plain,
    startRanges: new Map(startRanges),
    states: maps.state,
    best: best && { ...best, constants: maps.best, ranges: new Map(best.ranges) },
  };
}

/** Bytes up to the next multiple of 8. */
const padding = (length: number): number => (8 - (length % 8)) % 8;

const count = z.int().nonnegative();
const ranges = z.array(z.tuple([z.string(), z.object({ min: z.number(), max: z.number() })]));

const schema = z.strictObject({
  identity: z.record(z.string(), z.string()),
  position: z.strictObject({
    epoch: z.int().positive(),
    stepInEpoch: count,
    step: count,
    loss: z.number(),
    correct: count,
    seconds: z.number(),
  }),
  curve: z.array(z.custom<EpochResult>((value) => typeof value === 'object')).readonly(),
  trainingSeconds: z.number(),
  startRanges: ranges,
  before: z.custom<VariantResults>((value) => typeof value === 'object'),
  best: z.strictObject({ epoch: count, accuracy: z.number().nullable(), ranges }).nullable(),
  arrays: z.array(z.strictObject({ of: z.enum(['state', 'best']), name: z.string(), length: count })),
});

type Header = z.infer<typeof schema>;
