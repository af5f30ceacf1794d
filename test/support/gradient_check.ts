import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Multiplier } from '../../src/multiplier/multiplier.js';
import type { Graph, Tensor } from '../../src/onnx/graph.js';
import type { NodeProto } from '../../src/onnx/onnx_pb.js';
import { trainableParameters } from '../../src/train/plan/parameters.js';
import type {
  TrainingNetwork,
  TrainingNetworkOptions,
  TrainingStep,
} from '../../src/train/plan/training_network.js';
import { Random } from '../../src/util/random.js';
import { type BatchNormMode, crossEntropy64, evaluate64, type SpecialNode } from './float64/network.js';
import { f32, float, i64, node } from './onnx_builder.js';
import { statesUnder, stepOf, trainingGraph, trainingNetwork } from './training.js';

const BATCH = 3;
const FEATURES = 4;
const CLASSES = 3;
/** Random directions that are tried for each parameter. */
const DIRECTIONS = 2;
/** Of the differences. */
const STEP = 1e-6;

/** One op, or a few, between two dense layers: from 'y' of a given shape to 'z'. */
export interface Chain {
  /** Shape of 'y' for one image. */
  readonly shape: readonly number[];
  readonly nodes: readonly NodeProto[];
  readonly initializers?: Readonly<Record<string, Tensor>>;
  /** Elements of 'z' for one image; those of 'y' where absent. */
  readonly size?: number;
  readonly opset?: number;
  readonly batchNorm?: BatchNormMode;
}

/** Registers a test: the gradients of all parameters of the chain against differences of the float64 network. */
export function checkChain(name: string, chain: Chain): void {
  test(name, async () => {
    const random = new Random(name.length, name.charCodeAt(0));
    const values = (shape: readonly number[]) => {
      const count = shape.reduce((a, b) => a * b, 1);
      return f32(
        shape,
        Float32Array.from({ length: count }, () => random.between(-1, 1)),
      );
    };
    const width = chain.shape.reduce((a, b) => a * b, 1);
    const size = chain.size ?? width;
    const graph = await trainingGraph(
      {
        inputs: { x: ['N', FEATURES] },
        initializers: {
          first: values([FEATURES, width]),
          last: values([size, CLASSES]),
          bias: values([CLASSES]),
          shape: i64([-1, ...chain.shape]),
          ...chain.initializers,
        },
        nodes: [
          node('MatMul', ['x', 'first'], ['m'], {}, { name: 'first layer' }),
          node('Reshape', ['m', 'shape'], ['y']),
          ...chain.nodes,
          node('Flatten', ['z'], ['f']),
          node('Gemm', ['f', 'last', 'bias'], ['scores'], { alpha: float(0.5) }, { name: 'last layer' }),
        ],
        outputs: ['scores'],
        opset: chain.opset ?? 17,
      },
      BATCH,
    );
    const images = values([BATCH, FEATURES]).data as Float32Array;
    await checkGradients(graph, images, [0, 2, 1], random, { batchNorm: chain.batchNorm });
  });
}

/** How the network under test computes, and the reference for it. */
export interface CheckOptions {
  readonly batchNorm?: BatchNormMode;
  readonly network?: Partial<TrainingNetworkOptions>;
  readonly step?: Partial<TrainingStep>;
  readonly special?: SpecialNode;
  /** In slot 0. */
  readonly multiplier?: Multiplier;
}

/**
 * One step: the loss, the gradient of every parameter along random directions, and the parameters after plain SGD.
 * @returns the network after the step
 */
export async function checkGradients(
  graph: Graph,
  images: Float32Array,
  labels: readonly number[],
  random: Random,
  { batchNorm = 'freeze', network: options, step, special, multiplier }: CheckOptions = {},
): Promise<TrainingNetwork> {
  const network = trainingNetwork(graph, labels.length, { batchNorm, ...options });
  if (multiplier !== undefined) network.setMultiplier(0, multiplier);
  const before = network.constants();
  const lossAt = (given: ReadonlyMap<string, ArrayLike<number>>) => {
    const values = new Map<string, ArrayLike<number>>([['x', images], ...given]);
    return crossEntropy64(evaluate64(graph, graph.outputs[0]!.name, values, batchNorm, special), labels);
  };
  const expectedLoss = lossAt(new Map());
  const { loss } = await network.run(stepOf(images, labels, { learningRate: 0.5, ...step }));
  close(loss, expectedLoss, 1e-5 * Math.max(1, loss), 'loss');
  const gradients = statesUnder(network, 'momentum/');
  const all = trainableParameters(graph, { trainOnly: [], biasOnly: false });
  assert.deepEqual(
    [...gradients.keys()],
    all.map(({ constant }) => constant),
  );
  const after = network.constants();
  for (const [constant, gradient] of gradients) {
    const parameter = before.get(constant)!;
    for (let repeat = 0; repeat < DIRECTIONS; repeat++) {
      const direction = Float64Array.from(parameter, () => random.between(-1, 1));
      const lossMoved = (by: number) => {
        return lossAt(new Map([[constant, direction.map((d, i) => parameter[i]! + by * d)]]));
      };
      const expected = (lossMoved(STEP) - lossMoved(-STEP)) / (2 * STEP);
      const actual = gradient.reduce((sum, g, i) => sum + g * direction[i]!, 0);
      const scale = Math.hypot(...gradient) * Math.hypot(...direction);
      close(actual, expected, 1e-4 * scale + 1e-8, `gradient of ${constant} along a direction`);
    }
    gradient.forEach((g, i) => {
      assert.equal(after.get(constant)![i], Math.fround(parameter[i]! - Math.fround(0.5 * g)), constant);
    });
  }
  return network;
}

function close(actual: number, expected: number, tolerance: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual}, expected ${expected}`);
}
