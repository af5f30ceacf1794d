import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import type { TunedApproximation, TunedModel } from '../../src/eval/tuned_model.js';
import { ModelProtoSchema } from '../../src/onnx/onnx_pb.js';

/** A model file with these entries in its metadata_props beside its own. */
export async function writeWithMetadata(
  source: string,
  target: string,
  entries: Iterable<readonly [string, string]>,
): Promise<void> {
  const model = fromBinary(ModelProtoSchema, await readFile(source));
  const all = new Map([...model.metadataProps.map(({ key, value }) => [key, value] as const), ...entries]);
  model.metadataProps = [...all].map(([key, value]) => ({
    $typeName: 'onnx.StringStringEntryProto' as const,
    key,
    value,
  }));
  writeFileSync(target, toBinary(ModelProtoSchema, model));
}

/** An invented retraining, on synthetic-digits. */
export function tunedModel(
  approximation: Partial<TunedApproximation> | null = {},
  changes: Partial<TunedModel> = {},
): TunedModel {
  return {
    approximation: approximation && {
      multiplier: { name: 'drum2_int8', sha256: 'ab'.repeat(32), activation: 'int8', weight: 'int8' },
      lutType: 'auto',
      layers: [],
      skipFirst: false,
      skipLast: false,
      convOnly: false,
      qmethod: { mode: 'static', activation: 'tensor', weight: 'channel' },
      weightBits: 8,
      activationBits: 8,
      fullRange: false,
      padding: 'lookup',
      ranges: new Map(),
      ...approximation,
    },
    gradient: 'ste',
    batchNorm: 'fold',
    epochs: 5,
    seed: 1,
    dataset: { spec: 'synthetic-digits', name: 'synthetic-digits', split: 'test', shared: false },
    ...changes,
  };
}
