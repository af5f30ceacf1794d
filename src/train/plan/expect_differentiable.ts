import { whyNotNative } from '../../engine/lower/lower_graph.js';
import type { Graph } from '../../onnx/graph.js';
import { UserError } from '../../util/errors.js';

/** Nodes of one op that a message names. */
const MOST_NAMES = 6;

/**
 * All that the engine runs has a gradient; what would run through onnxruntime has none.
 * @throws UserError with the nodes that have none, by op, and why
 */
export function expectDifferentiable(graph: Graph): void {
  const refused = new Map<string, { reason: string; names: string[] }>();
  for (const node of graph.nodes) {
    const reason = whyNotNative(graph, node);
    if (reason === undefined) continue;
    const known = refused.get(node.op) ?? { reason, names: [] };
    refused.set(node.op, known);
    known.names.push(node.name);
  }
  if (refused.size === 0) return;
  const groups = [...refused].map(([op, { reason, names }]) => `${op} ${listed(names)}: ${reason}`);
  const count = [...refused.values()].reduce((sum, { names }) => sum + names.length, 0);
  throw new UserError(
    `the model cannot be trained: ${count === 1 ? 'a node has' : `${count} nodes have`} no gradient here (${groups.join('; ')}); export the model without ${count === 1 ? 'it' : 'them'}`,
  );
}

function listed(names: readonly string[]): string {
  const rest = names.length - MOST_NAMES;
  const shown = names.slice(0, MOST_NAMES).join(', ');
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}
