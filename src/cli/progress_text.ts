import type { EvalProgress } from '../eval/settings.js';
import type { FinetuneProgress } from '../train/settings.js';

/** Of any command: images, or steps of an epoch where it is a training. */
export type Progress = EvalProgress & Pick<FinetuneProgress, 'training'>;

type Training = NonNullable<FinetuneProgress['training']>;

const widestBar = 24;
/** A shorter bar tells nothing. */
const narrowestBar = 4;

/**
 * One line of at most `width` characters.
 * @param rate images per second of the phase so far; 0 where unknown.
 */
export function progressText(
  { phase, done, total, training }: Progress,
  rate: number,
  width: number,
): string {
  const [head, ...rest] =
    training === undefined ? evaluation(phase, done, total, rate) : epoch(training, done, total);
  const others = [head, ...rest].join('  ').length;
  const room = Math.min(widestBar, training === undefined ? widestBar : width - others - 2);
  const filled = Math.round((total > 0 ? Math.min(1, done / total) : 0) * room);
  const bar = room < narrowestBar ? [] : [`${'█'.repeat(filled)}${'░'.repeat(room - filled)}`];
  return [head, ...bar, ...rest].join('  ').slice(0, width);
}

/** An epoch in one line, for streams that are no terminal. */
export function epochText(training: Training): string {
  const [head, , ...rest] = epoch(training, 0, 0);
  return `${head}: ${rest.join(', ')}`;
}

function evaluation(phase: string, done: number, total: number, rate: number): string[] {
  const parts = [phase.padEnd(11), `${done}/${total}`];
  return rate > 0 ? [...parts, `${perSecond(rate)} images/s`, left((total - done) / rate)] : parts;
}

function epoch(training: Training, done: number, total: number): string[] {
  const { epoch, epochs, loss, accuracy, imagesPerSecond, secondsLeft } = training;
  return [
    `epoch ${epoch}/${epochs}`,
    `step ${done}/${total}`,
    `loss ${loss.toFixed(3)}`,
    `acc ${(100 * accuracy).toFixed(1)} %`,
    `${perSecond(imagesPerSecond)} images/s`,
    left(secondsLeft),
  ];
}

function perSecond(rate: number): string {
  return rate < 10 ? rate.toFixed(1) : String(Math.round(rate));
}

function left(seconds: number): string {
  const whole = Math.ceil(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes >= 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min left`;
  return minutes > 0 ? `${minutes} min ${whole % 60} s left` : `${whole} s left`;
}
