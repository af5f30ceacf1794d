import type { ValueType } from '../onnx/context.js';
import { encodeSegment } from '../onnx/encode.js';
import type { ElementType, Graph } from '../onnx/graph.js';
import { propagate } from '../onnx/shapes/infer.js';
import { floatTensor, openSession } from './onnxruntime.js';

/**
 * Types and shapes of the values that shape inference cannot tell, because an operator is unknown to it: found
 * by one run of onnxruntime on zeros. Empty, without loading onnxruntime, where nothing is missing.
 * @throws UserError where onnxruntime does not run the model
 */
export async function discoverShapes(
  graph: Graph,
  inputShapes: ReadonlyMap<string, readonly number[]>,
  file: string,
): Promise<ReadonlyMap<string, ValueType>> {
  const { values } = propagate(graph, inputShapes);
  const missing = graph.nodes.flatMap((node) =>
    node.outputs.filter((name) => name !== '' && !values.has(name)),
  );
  if (missing.length === 0) return new Map();
  const inputs = graph.inputs.map((input) => input.name);
  const bound: Graph = { ...graph, values };
  const session = await openSession(encodeSegment(bound, graph.nodes, inputs, missing), 1, file);
  const feeds = [...inputShapes].map(([name, shape]) => {
    const size = shape.reduce((product, dimension) => product * dimension, 1);
    return [name, floatTensor(new Float32Array(size), shape)] as const;
  });
  const results = await session.run(Object.fromEntries(feeds));
  await session.release();
  return new Map(
    missing.map((name) => [name, { type: results[name].type as ElementType, shape: results[name].shape }]),
  );
}
