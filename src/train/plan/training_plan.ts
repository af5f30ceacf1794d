import type { LinearLayer } from '../../engine/linear_layer.js';
import { type Approximation, TABLE_BITS } from '../../engine/lower/approximation.js';
import type { Lower } from '../../engine/lower/context.js';
import { lowerNodes } from '../../engine/lower/lower_graph.js';
import { nonNegativeValues } from '../../engine/lower/non_negative.js';
import type { Plan, TensorId } from '../../engine/plan.js';
import { PlanBuilder } from '../../engine/plan_builder.js';
import type { GradientTables } from '../../multiplier/gradient/gradient_tables.js';
import { firstOperand } from '../../multiplier/multiplier.js';
import type { Graph, Node } from '../../onnx/graph.js';
import type { FoldedNode } from '../../onnx/unfold/folded_nodes.js';
import { codeRange } from '../../quant/qparams.js';
import { UserError } from '../../util/errors.js';
import type { LossSettings, OptimizerSettings } from '../settings.js';
import { differentiate } from './differentiate.js';
import { expectDifferentiable } from './expect_differentiable.js';
import { foldableNodes } from './fold_into_layer.js';
import type { LutGradient } from './gradients/gradient.js';
import { TrainingLayers } from './lower_layers.js';
import { batchNormLowering, dropoutLowering } from './lower_nodes.js';
import { addOptimizer } from './optimizer.js';
import type { Parameter } from './parameters.js';
import { PlanInputs, PlanStates, parameterKey, type StateInfo, type StepInput } from './plan_tensors.js';
import { scoresGraph } from './scores.js';

/** What a training step computes, and how. */
export interface TrainingPlanOptions {
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
  /** Of Dropout; 0 where absent. */
  readonly seed?: number;
}

/** Forward, loss, backward and optimizer as one plan, whose outputs are loss, number of hits and gradient norm. */
export interface TrainingPlan {
  readonly plan: Plan;
  /** In the order of `plan.inputs`. */
  readonly inputs: readonly StepInput[];
  /** In the order of `plan.states`. */
  readonly states: readonly StateInfo[];
  /** The parameters that the loss depends on. */
  readonly parameters: readonly Parameter[];
}

/** @throws UserError naming every node that the engine does not run, hence cannot train through */
export function trainingPlan(options: TrainingPlanOptions): TrainingPlan {
  const { graph, logits, classes } = scoresGraph(options.graph, options.outputName, options.batch);
  expectDifferentiable(graph);
  const builder = new PlanBuilder();
  const states = new PlanStates(builder);
  const inputs = new PlanInputs(builder);
  const initial = (constant: string) =>
    Float32Array.from(graph.constants.get(constant)?.data as Float32Array);
  const parameters = options.parameters.filter(({ constant }) => graph.constants.has(constant));
  const trained = new Map(
    parameters.map(({ constant, shape }) => {
      return [constant, states.id(parameterKey(constant), shape, () => initial(constant))] as const;
    }),
  );
  const scores = addForward(
    builder,
    { ...options, graph, whole: options.graph },
    logits,
    trained,
    states,
    inputs,
  );
  const forward = [...builder.ops];
  const logitsMatrix = builder.view(scores, [options.batch, classes], logits);
  const { loss, correct, gradient } = addLoss(builder, logitsMatrix, options, inputs);
  const gradients = differentiate(builder, {
    ops: forward,
    output: logitsMatrix,
    gradient,
    wanted: [...trained.values()],
    luts: lutGradients(builder, options),
  });
  const reached = parameters.flatMap((parameter) => {
    const state = trained.get(parameter.constant) as TensorId;
    const found = gradients.get(state);
    return found === undefined ? [] : [{ parameter, state, gradient: found }];
  });
  if (reached.length === 0) {
    throw new UserError(`nothing to train: the scores '${options.outputName}' depend on no chosen parameter`);
  }
  const norm = addOptimizer(builder, reached, { ...options, states, inputs, initial });
  const slots = options.approximation?.slots.length ?? 0;
  return {
    plan: builder.finish(inputs.ids, [loss, correct, norm], slots),
    inputs: inputs.names,
    states: states.all,
    parameters: reached.map(({ parameter }) => parameter),
  };
}

interface ForwardOptions extends TrainingPlanOptions {
  /** The graph with all its outputs. */
  readonly whole: Graph;
}

/** @returns the logits */
function addForward(
  builder: PlanBuilder,
  options: ForwardOptions,
  logits: string,
  trained: ReadonlyMap<string, TensorId>,
  states: PlanStates,
  inputs: PlanInputs,
): TensorId {
  const { graph, approximation, inputName, seed = 0 } = options;
  const layers = new Map([...options.layers].filter(([{ node }]) => graph.nodes.includes(node)));
  const folded = foldedNodes(options, layers);
  const absorbed = new Set([...folded.values()].flatMap((nodes) => nodes.map(({ node }) => node)));
  const approximate =
    approximation &&
    new TrainingLayers({
      approximation,
      layers,
      folded,
      nonNegative: nonNegativeValues(graph),
      trained,
      track: options.ranges === 'track',
      states,
      inputs,
    });
  const byNode = new Map([...layers.keys()].map((layer) => [layer.node, layer]));
  const special = (node: Node): Lower | undefined => {
    const layer = byNode.get(node);
    if (layer !== undefined && approximate !== undefined) {
      return (_, context) => approximate.lower(layer, context);
    }
    // The layer before it has computed its output.
    if (absorbed.has(node)) return () => undefined;
    if (node.domain !== '') return undefined;
    if (node.op === 'Dropout') return dropoutLowering(graph, node, seed, inputs);
    if (node.op === 'BatchNormalization' && options.batchNorm === 'train') {
      return batchNormLowering(graph, node, states);
    }
    return undefined;
  };
  const request = { graph, nodes: graph.nodes, inputs: [inputName], outputs: [logits] };
  const lowered = lowerNodes(request, builder, special, trained);
  inputs.take('images', lowered.inputs[0]);
  return lowered.outputs[0];
}

/** What becomes part of approximate layers: statistics of a batch are known only after them. */
function foldedNodes(
  { whole, batchNorm }: ForwardOptions,
  layers: ReadonlyMap<LinearLayer, number>,
): Map<Node, readonly FoldedNode[]> {
  if (batchNorm === 'train') return new Map();
  const approximate = new Set([...layers.keys()].map(({ node }) => node));
  return new Map([...foldableNodes(whole)].filter(([node]) => approximate.has(node)));
}

function addLoss(
  builder: PlanBuilder,
  logits: TensorId,
  { loss: { labelSmoothing, distill }, accumulate }: TrainingPlanOptions,
  inputs: PlanInputs,
) {
  const shape = builder.shape(logits);
  const loss = builder.tensor('f32', [1], 'loss');
  const correct = builder.tensor('f32', [1], 'correct');
  const gradient = builder.tensor('f32', shape, 'gradient of the logits');
  const teacher = distill === undefined ? -1 : inputs.id('teacher', shape);
  const tensors = [logits, inputs.id('labels', [shape[0]]), teacher];
  builder.op('SoftmaxCrossEntropy', 'loss', tensors, [loss, correct, gradient], {
    labelSmoothing,
    distillWeight: distill?.weight ?? 0,
    temperature: distill?.temperature ?? 1,
    scale: 1 / accumulate,
  });
  return { loss, correct, gradient };
}

function lutGradients(
  builder: PlanBuilder,
  { approximation, gradients }: TrainingPlanOptions,
): LutGradient[] {
  return (approximation?.slots ?? []).map(({ weight }, slot) => {
    const { lo, hi } = codeRange(weight, approximation?.weightBits ?? TABLE_BITS);
    const first = firstOperand(weight, TABLE_BITS);
    return {
      activation: tableConstant(builder, gradients[slot].activation, 'activation gradient'),
      weight: tableConstant(builder, gradients[slot].weight, 'weight gradient'),
      weightLo: lo - first,
      weightHi: hi - first,
    };
  });
}

/** By the other operand's index alone, or by both indices. */
function tableConstant(builder: PlanBuilder, table: Float32Array, name: string): TensorId {
  const size = 2 ** TABLE_BITS;
  return builder.constant(table, table.length === size ? [size] : [size, size], name);
}
