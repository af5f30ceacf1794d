import type { Preprocess, Split } from '../data/dataset.js';
import type { LoadedMultipliers } from '../eval/multipliers.js';
import { encodeTunedModel, type TunedApproximation, tunedKey } from '../eval/tuned_model.js';
import type { Range } from '../quant/qparams.js';
import type { FinetuneSettings, GradientSettings } from './settings.js';

/** What a retraining found out beyond its settings. */
export interface TunedFacts {
  /** undefined: retrained in float. */
  readonly multipliers: LoadedMultipliers | undefined;
  /** Of the inputs of approximate layers, by value name; empty where ranges are dynamic. */
  readonly ranges: ReadonlyMap<string, Range>;
  /** As it was applied, layout included. */
  readonly preprocess: Preprocess;
  readonly dataset: {
    /** As given with --data, or as the model named it. */
    readonly spec: string;
    readonly name: string;
    /** That accuracies were measured on. */
    readonly split: Split;
    /** Training images are of that split too. */
    readonly shared: boolean;
  };
}

/**
 * The metadata_props of a retrained model, to be set beside those that it has. With them `runEval` on the written
 * file, given the model and the LUT alone, repeats the accuracy.
 */
export function tunedMetadata(settings: FinetuneSettings, facts: TunedFacts): Map<string, string> {
  const { epochs, seed, batchNorm } = settings;
  const { scale, mean, std, layout, channels, resize, crop } = facts.preprocess;
  return new Map([
    ['approxtorch.dataset', facts.dataset.spec],
    ['approxtorch.preprocess', JSON.stringify({ scale, mean, std, layout, channels, resize, crop })],
    [
      tunedKey,
      encodeTunedModel({
        approximation: approximationOf(settings, facts),
        gradient: describeGradient(settings.gradient),
        batchNorm,
        epochs,
        seed,
        dataset: facts.dataset,
      }),
    ],
  ]);
}

function approximationOf(
  settings: FinetuneSettings,
  { multipliers, ranges }: TunedFacts,
): TunedApproximation | null {
  if (multipliers === undefined) return null;
  const { name, sha256, activation, weight } = multipliers.multiplier;
  const { lutType, lutOrder, skipFirst, skipLast, convOnly } = settings;
  const { qmethod, weightBits, activationBits, fullRange, padding } = settings;
  return {
    multiplier: { name, sha256, activation, weight },
    lutType,
    lutOrder,
    layers: settings.layers.map(({ pattern, lut }, index) => {
      const loaded = multipliers.layers[index]?.multiplier;
      return loaded === undefined || loaded === 'float'
        ? { pattern, lut }
        : { pattern, lut, sha256: loaded.sha256 };
    }),
    skipFirst,
    skipLast,
    convOnly,
    qmethod,
    weightBits,
    activationBits,
    fullRange,
    padding,
    ranges,
  };
}

/** e.g. `difference, window 32`. */
export function describeGradient({ estimator, window }: GradientSettings): string {
  return window === undefined ? estimator : `${estimator}, window ${window}`;
}
