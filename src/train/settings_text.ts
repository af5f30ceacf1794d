import type { Augment } from '../data/dataset.js';
import type { FinetuneSettings, LossSettings, OptimizerSettings, ScheduleSettings } from './settings.js';

/** e.g. `cross-entropy, label smoothing 0.1, 0.5 distilled at temperature 4`. */
export function describeLoss({ labelSmoothing, distill }: LossSettings): string {
  const parts = ['cross-entropy'];
  if (labelSmoothing > 0) parts.push(`label smoothing ${labelSmoothing}`);
  if (distill !== undefined) parts.push(`${distill.weight} distilled at temperature ${distill.temperature}`);
  return parts.join(', ');
}

/** e.g. `sgd, momentum 0.9, weight decay 0.0001, clip norm 1`. */
export function describeOptimizer(settings: OptimizerSettings): string {
  const { kind, momentum, nesterov, betas, weightDecay, clipNorm } = settings;
  const parts: string[] = [kind];
  if (kind !== 'sgd') parts.push(`betas ${betas.join(' ')}`);
  else if (momentum > 0) parts.push(`${nesterov ? 'Nesterov ' : ''}momentum ${momentum}`);
  if (weightDecay > 0) parts.push(`weight decay ${weightDecay}`);
  if (clipNorm < Number.POSITIVE_INFINITY) parts.push(`clip norm ${clipNorm}`);
  return parts.join(', ');
}

/** e.g. `cosine from 0.01, warm-up of 0.5 epochs`. */
export function describeSchedule({ kind, learningRate, warmup }: ScheduleSettings): string {
  const from = kind === 'constant' ? `constant ${learningRate}` : `${kind} from ${learningRate}`;
  return warmup > 0 ? `${from}, warm-up of ${warmup} epoch${warmup === 1 ? '' : 's'}` : from;
}

/** e.g. `tracked, momentum 0.05, frozen after epoch 3`. */
export function describeRanges(settings: FinetuneSettings): string {
  const { qmethod, ranges, rangeMomentum, freezeRanges } = settings;
  if (qmethod.mode === 'dynamic') return 'dynamic';
  if (ranges === 'frozen') return 'frozen as calibrated';
  const until = freezeRanges === undefined ? '' : `, frozen after epoch ${freezeRanges}`;
  return `tracked, momentum ${rangeMomentum}${until}`;
}

/** e.g. `crop with padding 4, flip`; null where nothing is changed. */
export function describeAugment(augment: Augment | undefined): string | null {
  const parts = [];
  if (augment !== undefined && augment.pad > 0) parts.push(`crop with padding ${augment.pad}`);
  if (augment?.flip) parts.push('flip');
  return parts.length > 0 ? parts.join(', ') : null;
}
