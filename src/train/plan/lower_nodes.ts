import type { Lower, LoweringContext } from '../../engine/lower/context.js';
import { floatAttribute } from '../../onnx/attributes.js';
import { failNode } from '../../onnx/context.js';
import type { Graph, Node, Tensor } from '../../onnx/graph.js';
import { Random } from '../../util/random.js';
import { type PlanInputs, type PlanStates, STATISTICS } from './plan_tensors.js';

/**
 * BatchNormalization with the statistics of the batch, which also move the constant ones.
 * @returns undefined where the node's statistics are no constants: they stay as they come
 */
export function batchNormLowering(graph: Graph, node: Node, states: PlanStates): Lower | undefined {
  const statistics = node.inputs.slice(3, 5).map((name) => graph.constants.get(name));
  if (statistics.length < 2 || statistics.some((tensor) => tensor?.type !== 'float32')) return undefined;
  return (_, context) => lowerBatchNorm(node, context, statistics as readonly Tensor[], states);
}

function lowerBatchNorm(
  node: Node,
  context: LoweringContext,
  statistics: readonly Tensor[],
  states: PlanStates,
): void {
  const { builder } = context;
  const [output] = node.outputs;
  const [x, scale, bias] = node.inputs.slice(0, 3).map((name) => context.value(name));
  const running = statistics.map(({ shape, data }, index) => {
    return states.id(`${STATISTICS}${node.inputs[3 + index]}`, shape, () =>
      Float32Array.from(data as Float32Array),
    );
  });
  const channels = builder.shape(scale);
  const y = builder.tensor('f32', context.shape(output), output);
  const ofBatch = ['mean', 'inverse deviation'].map((what) => {
    return builder.tensor('f32', channels, `${node.name} ${what}`);
  });
  builder.op(
    'BatchNormalizationTraining',
    node.name,
    [x, scale, bias, ...running],
    [y, ...ofBatch, ...running],
    { epsilon: floatAttribute(node, 'epsilon', 1e-5), momentum: floatAttribute(node, 'momentum', 0.9) },
  );
  context.define(output, y);
}

/**
 * A Dropout that drops, whatever the model says of inference.
 * @param seed of all Dropouts; each draws its own numbers from it
 */
export function dropoutLowering(
  graph: Graph,
  node: Node,
  seed: number,
  inputs: PlanInputs,
): Lower | undefined {
  const ratio = dropoutRatio(graph, node);
  if (ratio === 0) return undefined;
  return (_, context) => {
    const { builder } = context;
    const [output] = node.outputs;
    const id = builder.tensor('f32', context.shape(output), output);
    builder.op('Dropout', node.name, [context.value(node.inputs[0]), inputs.id('seed')], [id], {
      ratio,
      salt: new Random(seed, graph.nodes.indexOf(node)).uint32(),
    });
    context.define(output, id);
  };
}

/** Share of its input that a Dropout drops: an attribute before operator set 12, then an input. */
export function dropoutRatio(graph: Graph, node: Node): number {
  const input = graph.constants.get(node.inputs[1] ?? '');
  const ratio = input === undefined ? floatAttribute(node, 'ratio', 0.5) : Number(input.data[0]);
  if (!(ratio >= 0 && ratio < 1)) failNode(node, `its ratio is ${ratio}, expected 0 or more and less than 1`);
  return ratio;
}
