import { type ApproximateModel, type ApproximateOptions, approximate } from '../eval/approximate.js';
import { defaults } from '../eval/defaults.js';
import { type Model, modelOf } from '../eval/model.js';
import type { LoadedMultipliers } from '../eval/multipliers.js';
import { exactMultiplier } from '../multiplier/create.js';
import { encodeModel } from '../onnx/encode.js';
import type { Snapshot } from './checkpoint_format.js';
import type { FinetuneSettings } from './settings.js';
import type { WriteBack } from './write_back.js';

/** How the model is bound, besides what the settings of a training say. */
type BindOptions = Pick<ApproximateOptions, 'batch' | 'sizes' | 'kept'>;

/** The model with multipliers as the settings choose them, in all layers or, for --lut float, in none. */
export function withMultipliers(
  model: Model,
  settings: FinetuneSettings,
  multipliers: LoadedMultipliers | undefined,
  options: BindOptions,
): Promise<ApproximateModel> {
  const { skipFirst, skipLast, convOnly, qmethod, activationBits, weightBits, fullRange, padding } = settings;
  const none = {
    multiplier: exactMultiplier('int8', 'int8'),
    layers: [{ pattern: '*', multiplier: 'float' as const }],
  };
  const { multiplier, layers } = multipliers ?? none;
  const quantization = { qmethod, activationBits, weightBits, fullRange, padding };
  return approximate(model, multiplier, {
    ...quantization,
    skipFirst,
    skipLast,
    convOnly,
    layers,
    ...options,
  });
}

/** Trained weights as an evaluation of the written file takes them. */
export async function tunedNetwork(
  { constants, ranges }: Pick<Snapshot, 'constants' | 'ranges'>,
  writeBack: WriteBack,
  start: { readonly file: string; readonly sizes: Readonly<Record<number, number>> },
  settings: FinetuneSettings,
  multipliers: LoadedMultipliers | undefined,
): Promise<ApproximateModel> {
  const model = modelOf(encodeModel(writeBack.write(constants)), start.file);
  const options = { batch: defaults.batch, sizes: start.sizes };
  return { ...(await withMultipliers(model, settings, multipliers, options)), ranges };
}
