import type { OpTime } from '../engine/addon.js';
import type { LinearLayer } from '../engine/linear_layer.js';
import type { Approximation } from '../engine/lower/approximation.js';
import type { Multiplier } from '../multiplier/multiplier.js';
import type { Graph } from '../onnx/graph.js';
import type { Range } from '../quant/qparams.js';
import type { Parameter } from './parameters.js';
import type { LossSettings, OptimizerSettings } from './settings.js';

/** Of src/multiplier/gradient. */
interface GradientTables {
  readonly activation: Float32Array;
  readonly weight: Float32Array;
}

/** What a training network computes, and how. */
export interface TrainingNetworkOptions {
  /** Optimized, of known shapes, bound to the batch. */
  readonly graph: Graph;
  readonly inputName: string;
  /** The scores, [batch, classes] or [batch, classes, 1, 1]; a Softmax or LogSoftmax at the end is left out. */
  readonly outputName: string;
  /** Images of one run. */
  readonly batch: number;
  /** Approximate layers with their LUT slots; all others compute in float32. */
  readonly layers: ReadonlyMap<LinearLayer, number>;
  /** Needed where there are approximate layers. Its ranges are where tracked ones start. */
  readonly approximation?: Approximation;
  /** One per LUT slot. */
  readonly gradients: readonly GradientTables[];
  readonly parameters: readonly Parameter[];
  /** For BatchNormalization nodes that the passes left in the graph: fixed statistics, or those of the batch. */
  readonly batchNorm: 'freeze' | 'train';
  readonly ranges: 'track' | 'frozen';
  readonly loss: LossSettings;
  readonly optimizer: OptimizerSettings;
  /** Decay of the parameters' moving average; undefined: none is kept. */
  readonly ema?: number;
  /** Runs (micro-batches) per step of the optimizer. */
  readonly accumulate: number;
  readonly threads: number;
}

/** One run: forward, loss, backward, and the optimizer after the last micro-batch of a step. */
export interface TrainingStep {
  /** [batch, …] */
  readonly images: Float32Array;
  /** [batch] class indices. */
  readonly labels: Int32Array;
  /** [batch, classes] logits of the teacher; needed where the loss distils. */
  readonly teacher?: Float32Array;
  readonly learningRate: number;
  /** Of the activation ranges' moving averages. */
  readonly rangeMomentum: number;
  /** Of the optimizer, from 1. */
  readonly step: number;
  /** Of the micro-batch, 0 … accumulate − 1. */
  readonly position: number;
}

/** Of one run; the norm is that of the gradient gathered so far in the step. */
export interface StepResult {
  readonly loss: number;
  readonly correct: number;
  readonly gradientNorm: number;
}

/** A graph with its loss, gradients and optimizer as one plan. */
export class TrainingNetwork {
  /** @throws UserError naming every op that cannot be trained, before anything runs */
  static create(_options: TrainingNetworkOptions): TrainingNetwork {
    throw new Error('not there yet');
  }

  /** Puts a multiplier into a slot. */
  setMultiplier(_slot: number, _multiplier: Multiplier): void {
    throw new Error('not there yet');
  }

  /** One native call. */
  run(_step: TrainingStep): Promise<StepResult> {
    throw new Error('not there yet');
  }

  /** Runs the step again, up to the first op that leaves a NaN or an infinity; null: none does. */
  findNonFinite(_step: TrainingStep): Promise<{ name: string; type: string } | null> {
    throw new Error('not there yet');
  }

  /**
   * All that outlasts a step, by name: 'parameter/NAME', 'momentum/NAME', 'variance/NAME', 'range/VALUE',
   * 'average/NAME', 'statistics/NAME', 'gradient/NAME'.
   */
  states(): Map<string, Float32Array> {
    throw new Error('not there yet');
  }

  /** Takes up what `states` gave. Throws where names or sizes differ. */
  restore(_states: ReadonlyMap<string, Float32Array>): void {
    throw new Error('not there yet');
  }

  /**
   * The trained constants of the graph by name: their moving averages where those are kept; with the statistics
   * of BatchNormalization in 'train'.
   */
  constants(): Map<string, Float32Array> {
    throw new Error('not there yet');
  }

  /** Activation ranges of mode 'static', by value name. */
  ranges(): Map<string, Range> {
    throw new Error('not there yet');
  }

  /** Time of each op so far. */
  profile(): OpTime[] {
    throw new Error('not there yet');
  }
}
