import { intAttribute } from '../onnx/attributes.js';
import type { Graph, Node } from '../onnx/graph.js';
import type { Parameter } from './plan/parameters.js';
import { randomFor } from './streams.js';

/** PyTorch begins with this one, too. */
const SLOPE = 0.25;

/**
 * Random values to begin a training with (K. He et al., arXiv:1502.01852): weights normal with standard deviation
 * √(2 / fan-in), biases 0, BatchNormalization the identity.
 * @param graph optimized, BatchNormalization kept
 * @returns by the names of the graph's constants: the parameters, and statistics that go with them
 */
export function initialValues(
  graph: Graph,
  parameters: readonly Parameter[],
  seed: number,
): Map<string, Float32Array> {
  const values = new Map<string, Float32Array>();
  for (const [index, { constant, kind, node, shape }] of parameters.entries()) {
    const array = new Float32Array(shape.reduce((product, size) => product * size, 1));
    if (kind === 'weight') {
      const random = randomFor(seed, 'init', 0, index);
      const deviation = Math.sqrt(2 / fanIn(node, shape));
      values.set(
        constant,
        array.map(() => deviation * random.normal()),
      );
    } else {
      values.set(constant, array.fill(kind === 'bn-scale' ? 1 : kind === 'slope' ? SLOPE : 0));
    }
    if (kind !== 'bn-scale') continue;
    for (const [input, value] of [
      [3, 0],
      [4, 1],
    ] as const) {
      const name = node.inputs[input]!;
      if (graph.constants.has(name)) values.set(name, new Float32Array(array.length).fill(value));
    }
  }
  return values;
}

/** Products that are summed for one output. */
function fanIn(node: Node, shape: readonly number[]): number {
  const outputsFirst = node.op === 'Conv' || (node.op === 'Gemm' && intAttribute(node, 'transB', 0) !== 0);
  return (outputsFirst ? shape.slice(1) : shape.slice(0, 1)).reduce((product, size) => product * size, 1);
}
