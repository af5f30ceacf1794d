import type { ScheduleSettings } from './settings.js';

/**
 * The learning rate of a step (from 1). It rises linearly over the steps of the warm-up, the last of which has it at
 * its highest; then it is constant, or a tenth after half and a hundredth after three quarters of all steps, or falls
 * along half a cosine towards 0.
 */
export function learningRateAt(
  { kind, learningRate, warmup }: ScheduleSettings,
  step: number,
  stepsPerEpoch: number,
  epochs: number,
): number {
  const total = stepsPerEpoch * epochs;
  const rising = Math.min(Math.round(warmup * stepsPerEpoch), total);
  if (step <= rising) return learningRate * (step / rising);
  const done = step - 1;
  switch (kind) {
    case 'constant':
      return learningRate;
    case 'step':
      return learningRate * (4 * done >= 3 * total ? 0.01 : 2 * done >= total ? 0.1 : 1);
    case 'cosine':
      return (learningRate * (1 + Math.cos((Math.PI * (done - rising)) / (total - rising)))) / 2;
  }
}
