import { deviceResult } from '../eval/device_result.js';
import { parameterCount } from '../eval/eval_report.js';
import { multiplierResult } from '../eval/multiplier_result.js';
import { formatQMethod } from '../quant/qmethod.js';
import type { EpochResult, FinetuneReport, VariantResults } from '../report/finetune_results.js';
import { packageVersion } from '../util/version.js';
import type { TrainingOutcome } from './loop.js';
import type { Prepared } from './prepare.js';
import type { FinetuneSettings } from './settings.js';
import {
  describeAugment,
  describeLoss,
  describeOptimizer,
  describeRanges,
  describeSchedule,
} from './settings_text.js';
import { describeGradient } from './tuned_metadata.js';

export interface ReportParts {
  readonly settings: FinetuneSettings;
  readonly prepared: Prepared;
  readonly outcome: TrainingOutcome;
  readonly before: VariantResults;
  readonly after: VariantResults;
  /** Of the written file. */
  readonly sha256: string;
  readonly warnings: readonly string[];
  readonly totalSeconds: number;
}

export function finetuneReport(parts: ReportParts): FinetuneReport {
  const { settings, prepared, outcome, before, after } = parts;
  const { given, start, data, multipliers } = prepared;
  const { curve, best, trainingSeconds, stopped } = outcome;
  const [main, ...others] = multipliers === undefined ? [] : start.model.multipliers;
  const count = ({ shape }: { readonly shape: readonly number[] }) => shape.reduce((a, b) => a * b, 1);
  return {
    schemaVersion: 1,
    command: 'finetune',
    version: packageVersion(),
    model: {
      file: settings.model,
      sha256: given.bound.model.sha256,
      trained: start.parameters.reduce((sum, parameter) => sum + count(parameter), 0),
      parameters: parameterCount(given.bound),
    },
    output: { file: settings.save, sha256: parts.sha256 },
    multiplier: main === undefined ? null : multiplierResult(main),
    otherMultipliers: others.map(multiplierResult),
    dataset: {
      name: data.test.name,
      classes: given.bound.output.classes,
      trainSamples: data.training.length,
      validationSamples: data.validation?.length ?? 0,
      testSamples: data.test.length,
      testSplit: data.shared ? `held out of ${data.test.split}` : data.test.split,
      preprocess: data.preprocess.name,
      augment: describeAugment(data.augment),
    },
    quantization:
      multipliers === undefined
        ? null
        : {
            qmethod: formatQMethod(settings.qmethod),
            activationBits: settings.activationBits,
            weightBits: settings.weightBits,
            padding: settings.padding,
            ranges: describeRanges(settings),
          },
    training: {
      gradient: describeGradient(settings.gradient),
      loss: describeLoss(settings.loss),
      optimizer: describeOptimizer(settings.optimizer),
      schedule: describeSchedule(settings.schedule),
      batchNorm: settings.batchNorm,
      batch: start.model.bound.batch * start.accumulate,
      epochs: settings.epochs,
      seed: settings.seed,
      bestEpoch: best.epoch,
      stopped,
    },
    before,
    after,
    curve,
    timing: {
      trainingSeconds,
      imagesPerSecond: meanSpeed(curve),
      totalSeconds: parts.totalSeconds,
    },
    device: deviceResult(settings),
    warnings: parts.warnings,
  };
}

function meanSpeed(curve: readonly EpochResult[]): number {
  const seconds = curve.reduce((sum, epoch) => sum + epoch.seconds, 0);
  const images = curve.reduce((sum, epoch) => sum + epoch.seconds * epoch.imagesPerSecond, 0);
  return seconds > 0 ? images / seconds : 0;
}
