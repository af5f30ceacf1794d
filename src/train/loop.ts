import type { EpochResult } from '../report/finetune_results.js';
import { InterruptedError, UserError } from '../util/errors.js';
import type { Checkpoint, Position, Snapshot } from './checkpoint_format.js';
import type { TrainingNetwork, TrainingStep } from './plan/training_network.js';
import { learningRateAt } from './schedule.js';
import type { FinetuneHooks, FinetuneSettings } from './settings.js';
import type { TrainingLog } from './training_log.js';

/** A checkpoint is also written when the last one is so old, in ms. */
const CHECKPOINT_INTERVAL = 60_000;

/** What the loop uses of a training network. */
export type TrainedNetwork = Pick<
  TrainingNetwork,
  'run' | 'findNonFinite' | 'states' | 'restore' | 'constants' | 'ranges'
>;

/** The part of a checkpoint that changes while training. */
export type Progress = Pick<Checkpoint, 'position' | 'curve' | 'trainingSeconds' | 'states' | 'best'>;

/** Images ready for the network. */
export interface MicroBatch {
  readonly input: Float32Array;
  readonly labels: Int32Array;
}

export interface LoopOptions {
  readonly network: TrainedNetwork;
  readonly settings: Pick<
    FinetuneSettings,
    'epochs' | 'schedule' | 'rangeMomentum' | 'freezeRanges' | 'patience' | 'checkpoint'
  >;
  readonly stepsPerEpoch: number;
  /** Micro-batches per step, and images of each. */
  readonly accumulate: number;
  readonly microBatch: number;
  /** The micro-batches of an epoch from one of its steps on. */
  batches(epoch: number, firstStep: number): AsyncIterable<MicroBatch>;
  /** Logits of the teacher. */
  readonly teacher?: (images: Float32Array) => Promise<Float32Array>;
  /** Accuracy on the held-out images, in 0 … 1. */
  readonly validate?: (model: Pick<Snapshot, 'constants' | 'ranges'>) => Promise<number>;
  readonly save?: (progress: Progress) => Promise<void>;
  readonly log?: TrainingLog;
  readonly hooks: FinetuneHooks;
}

export interface TrainingOutcome {
  /** The model to write. */
  readonly best: Snapshot;
  readonly curve: readonly EpochResult[];
  readonly trainingSeconds: number;
  readonly stopped: 'finished' | 'patience' | 'diverged';
}

const FIRST: Position = { epoch: 1, stepInEpoch: 0, step: 0, loss: 0, correct: 0, seconds: 0 };

/** Training stopped because a loss or a gradient is NaN or infinite. */
class Divergence extends Error {}

/** Runs all epochs of a training, from the start or from where a checkpoint left it. */
export class TrainingLoop {
  readonly #options: LoopOptions;
  #position = FIRST;
  #curve: readonly EpochResult[] = [];
  #trainingSeconds = 0;
  #best: Snapshot | null = null;
  #saved = performance.now();

  constructor(options: LoopOptions, from?: Progress) {
    this.#options = options;
    if (from === undefined) return;
    this.#position = from.position;
    this.#curve = from.curve;
    this.#trainingSeconds = from.trainingSeconds;
    this.#best = from.best;
    options.network.restore(from.states);
  }

  /**
   * @throws InterruptedError when the signal is aborted, after a checkpoint where one is kept
   * @throws UserError where it diverges before any epoch has ended
   */
  async run(): Promise<TrainingOutcome> {
    let diverged = false;
    try {
      while (this.#position.epoch <= this.#options.settings.epochs && !this.#outOfPatience()) {
        await this.#finishSteps();
        await this.#endEpoch();
      }
    } catch (error) {
      if (error instanceof InterruptedError) throw await this.#interrupted();
      if (!(error instanceof Divergence)) throw error;
      const advice = 'lower --lr or --clip-norm, or give --warmup';
      if (this.#best === null) throw new UserError(`${error.message}; ${advice}`);
      this.#options.hooks.onWarning?.(
        `${error.message}; the model after epoch ${this.#best.epoch} is kept (${advice})`,
      );
      diverged = true;
    }
    if (this.#best === null) throw new TypeError('a training has at least one epoch');
    const stopped = diverged ? 'diverged' : this.#outOfPatience() ? 'patience' : 'finished';
    return { best: this.#best, curve: this.#curve, trainingSeconds: this.#trainingSeconds, stopped };
  }

  #outOfPatience(): boolean {
    const { patience } = this.#options.settings;
    return patience !== undefined && this.#best !== null && this.#curve.length - this.#best.epoch >= patience;
  }

  /** The steps that are left of the current epoch. */
  async #finishSteps(): Promise<void> {
    const { batches, stepsPerEpoch, accumulate, hooks } = this.#options;
    const { epoch, stepInEpoch } = this.#position;
    if (stepInEpoch === stepsPerEpoch) return;
    let started = performance.now();
    let gathered: MicroBatch[] = [];
    for await (const batch of batches(epoch, stepInEpoch)) {
      gathered.push(batch);
      if (gathered.length < accumulate) continue;
      await this.#step(gathered, started);
      gathered = [];
      if (hooks.signal?.aborted) throw new InterruptedError();
      if (performance.now() - this.#saved >= CHECKPOINT_INTERVAL) await this.#save();
      started = performance.now();
    }
  }

  /** One step of the optimizer. @param started when work on it began, in ms */
  async #step(batches: readonly MicroBatch[], started: number): Promise<void> {
    const { network, teacher, settings, stepsPerEpoch, accumulate, log } = this.#options;
    const { epoch } = this.#position;
    const step = this.#position.step + 1;
    const learningRate = learningRateAt(settings.schedule, step, stepsPerEpoch, settings.epochs);
    let [loss, correct, gradientNorm] = [0, 0, 0];
    for (const [position, { input: images, labels }] of batches.entries()) {
      const input: TrainingStep = {
        images,
        labels,
        teacher: await teacher?.(images),
        learningRate,
        rangeMomentum: this.#rangeMomentum(),
        step,
        position,
      };
      const result = await network.run(input);
      if (!Number.isFinite(result.loss) || !Number.isFinite(result.gradientNorm)) {
        throw await this.#divergence(input, result);
      }
      loss += result.loss / accumulate;
      correct += result.correct;
      gradientNorm = result.gradientNorm;
    }
    const seconds = (performance.now() - started) / 1000;
    this.#advance(step, loss, correct, seconds);
    const images = this.#imagesPerStep();
    const figures = { learningRate, gradientNorm, imagesPerSecond: images / seconds };
    await log?.step({ epoch, step, loss, accuracy: correct / images, ...figures });
  }

  #imagesPerStep(): number {
    return this.#options.accumulate * this.#options.microBatch;
  }

  /** The moving averages forget as fast with several micro-batches per step as with one. */
  #rangeMomentum(): number {
    const { rangeMomentum, freezeRanges } = this.#options.settings;
    if (freezeRanges !== undefined && this.#position.epoch > freezeRanges) return 0;
    return 1 - (1 - rangeMomentum) ** (1 / this.#options.accumulate);
  }

  #advance(step: number, loss: number, correct: number, seconds: number): void {
    const { hooks, settings, stepsPerEpoch } = this.#options;
    const before = this.#position;
    const position = {
      epoch: before.epoch,
      stepInEpoch: before.stepInEpoch + 1,
      step,
      loss: before.loss + loss,
      correct: before.correct + correct,
      seconds: before.seconds + seconds,
    };
    this.#position = position;
    this.#trainingSeconds += seconds;
    const { loss: meanLoss, accuracy, imagesPerSecond } = this.#means();
    hooks.onProgress?.({
      phase: 'train',
      done: position.stepInEpoch,
      total: stepsPerEpoch,
      training: {
        epoch: position.epoch,
        epochs: settings.epochs,
        loss: meanLoss,
        accuracy,
        imagesPerSecond,
        secondsLeft: (this.#trainingSeconds / step) * (settings.epochs * stepsPerEpoch - step),
      },
    });
  }

  /** Of the epoch so far. */
  #means() {
    const { stepInEpoch, loss, correct, seconds } = this.#position;
    const images = stepInEpoch * this.#imagesPerStep();
    return {
      loss: loss / stepInEpoch,
      accuracy: correct / images,
      imagesPerSecond: seconds > 0 ? images / seconds : 0,
    };
  }

  async #endEpoch(): Promise<void> {
    const { network, validate, settings, stepsPerEpoch, log } = this.#options;
    const { epoch, step, seconds } = this.#position;
    const model = { constants: network.constants(), ranges: network.ranges() };
    const accuracy = (await validate?.(model)) ?? null;
    if (accuracy === null || accuracy > (this.#best?.accuracy ?? -1))
      this.#best = { epoch, accuracy, ...model };
    const { loss, accuracy: trainAccuracy, imagesPerSecond } = this.#means();
    const result: EpochResult = {
      epoch,
      steps: step,
      learningRate: learningRateAt(settings.schedule, step, stepsPerEpoch, settings.epochs),
      loss,
      trainAccuracy,
      validationAccuracy: accuracy,
      seconds,
      imagesPerSecond,
    };
    this.#curve = [...this.#curve, result];
    this.#position = { ...FIRST, epoch: epoch + 1, step };
    await log?.epoch(result);
    await this.#save();
  }

  async #save(): Promise<void> {
    await this.#options.save?.({
      position: this.#position,
      curve: this.#curve,
      trainingSeconds: this.#trainingSeconds,
      states: this.#options.network.states(),
      best: this.#best,
    });
    this.#saved = performance.now();
  }

  async #interrupted(): Promise<InterruptedError> {
    const { epoch, step } = this.#position;
    const { checkpoint } = this.#options.settings;
    await this.#save();
    const kept =
      checkpoint === undefined
        ? 'nothing was kept; --checkpoint DIR keeps the state of a training'
        : `the same command with --resume goes on from the checkpoint in ${checkpoint}`;
    return new InterruptedError(`interrupted after step ${step} in epoch ${epoch}: ${kept}`);
  }

  async #divergence(
    step: TrainingStep,
    { loss, gradientNorm }: { loss: number; gradientNorm: number },
  ): Promise<Divergence> {
    const what = Number.isFinite(loss) ? `the gradient's norm is ${gradientNorm}` : `the loss is ${loss}`;
    const where = await this.#options.network.findNonFinite(step);
    const first = where === null ? '' : `, first in node ${where.name} (${where.type})`;
    return new Divergence(
      `training diverged in step ${step.step}, epoch ${this.#position.epoch}: ${what}${first}`,
    );
  }
}
