import { messageOf, UserError } from '../util/errors.js';
import { encodeSegment } from './encode.js';
import type { ElementType, Graph, Node, Tensor, TensorData } from './graph.js';

/**
 * Values that nodes compute from constants alone, computed by onnxruntime (loaded only for this). Strings, which a
 * Graph cannot hold, are left out.
 *
 * @param nodes in topological order; they read only constants and each other's outputs
 * @throws UserError where onnxruntime refuses the nodes
 */
export async function runConstants(
  graph: Graph,
  nodes: readonly Node[],
  outputs: readonly string[],
): Promise<Map<string, Tensor>> {
  const { InferenceSession } = await import('onnxruntime-node');
  const results = new Map<string, Tensor>();
  try {
    const session = await InferenceSession.create(encodeSegment(graph, nodes, [], outputs), {
      graphOptimizationLevel: 'disabled',
      logSeverityLevel: 3,
    });
    const values = await session.run({});
    for (const name of outputs) {
      const { type, dims, data } = values[name]!;
      if (type !== 'string')
        results.set(name, { type: type as ElementType, shape: [...dims], data: plain(data) });
    }
    await session.release();
  } catch (error) {
    const names = nodes.map(({ name }) => name).join(', ');
    throw new UserError(`the constant nodes ${names} cannot be evaluated: ${firstLine(messageOf(error))}`, {
      cause: error,
    });
  }
  return results;
}

/** Where the platform has a Float16Array, onnxruntime returns one; a Graph holds the raw bits. */
function plain(data: unknown): TensorData {
  if (data instanceof Uint8ClampedArray || !ArrayBuffer.isView(data))
    throw new TypeError('unexpected tensor data');
  const isHalf = data.constructor.name === 'Float16Array';
  return isHalf ? new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2) : (data as TensorData);
}

const firstLine = (text: string): string => text.split('\n', 1)[0]!;
