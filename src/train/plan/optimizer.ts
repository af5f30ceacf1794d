import type { TensorId } from '../../engine/plan.js';
import type { PlanBuilder } from '../../engine/plan_builder.js';
import type { OptimizerSettings } from '../settings.js';
import type { Parameter } from './parameters.js';
import { averageKey, type PlanInputs, type PlanStates } from './plan_tensors.js';

/** Of Adam's denominator: PyTorch's default. */
const ADAM_EPSILON = 1e-8;

/** A parameter's state and the gradient of the loss by it. */
export interface Trained {
  readonly parameter: Parameter;
  readonly state: TensorId;
  readonly gradient: TensorId;
}

export interface OptimizerOptions {
  readonly optimizer: OptimizerSettings;
  /** Decay of the parameters' moving average; undefined: none is kept. */
  readonly ema?: number;
  /** Micro-batches per step. */
  readonly accumulate: number;
  readonly states: PlanStates;
  readonly inputs: PlanInputs;
  /** Values that the states begin with, by constant. */
  readonly initial: (constant: string) => Float32Array;
}

/**
 * Adds what follows the backward pass: gradients summed over micro-batches, their norm, the optimizer and the
 * moving average.
 * @returns the norm [1] of the gradient gathered so far in the step
 */
export function addOptimizer(
  builder: PlanBuilder,
  trained: readonly Trained[],
  options: OptimizerOptions,
): TensorId {
  const summed = trained.map((one) => ({ ...one, gradient: accumulated(builder, one, options) }));
  const norm = builder.tensor('f32', [1], 'gradient norm');
  const gradients = summed.map(({ gradient }) => gradient);
  builder.op('GradientNorm', 'gradient norm', gradients, [norm]);
  for (const one of summed) {
    addUpdate(builder, one, norm, options);
    addAverage(builder, one, options);
  }
  return norm;
}

function accumulated(
  builder: PlanBuilder,
  { parameter, gradient }: Trained,
  { accumulate, states, inputs }: OptimizerOptions,
): TensorId {
  if (accumulate === 1) return gradient;
  const sum = states.zeros(`gradient/${parameter.constant}`, builder.shape(gradient));
  builder.op('Accumulate', parameter.constant, [sum, gradient, inputs.id('restart')], [sum]);
  return sum;
}

function addUpdate(
  builder: PlanBuilder,
  { parameter, state, gradient }: Trained,
  norm: TensorId,
  { optimizer, states, inputs }: OptimizerOptions,
): void {
  const { constant, kind, shape } = parameter;
  const { clipNorm, betas } = optimizer;
  const step = [norm, inputs.id('learningRate'), inputs.id('apply')];
  // Biases, normalization and slopes are few, and to pull them to 0 does not simplify the network.
  const weightDecay = kind === 'weight' ? optimizer.weightDecay : 0;
  const momentum = states.zeros(`momentum/${constant}`, shape);
  if (optimizer.kind === 'sgd') {
    builder.op('SgdUpdate', constant, [state, gradient, momentum, ...step], [state, momentum], {
      momentum: optimizer.momentum,
      nesterov: optimizer.nesterov ? 1 : 0,
      weightDecay,
      clipNorm,
    });
    return;
  }
  const variance = states.zeros(`variance/${constant}`, shape);
  const tensors = [state, gradient, momentum, variance, ...step, inputs.id('step')];
  builder.op('AdamUpdate', constant, tensors, [state, momentum, variance], {
    beta1: betas[0],
    beta2: betas[1],
    epsilon: ADAM_EPSILON,
    weightDecay,
    decoupled: optimizer.kind === 'adamw' ? 1 : 0,
    clipNorm,
  });
}

function addAverage(
  builder: PlanBuilder,
  { parameter: { constant, shape }, state }: Trained,
  { ema, states, inputs, initial }: OptimizerOptions,
): void {
  if (ema === undefined) return;
  const average = states.id(averageKey(constant), shape, () => initial(constant));
  builder.op('EmaUpdate', constant, [average, state, inputs.id('apply')], [average], { decay: ema });
}
