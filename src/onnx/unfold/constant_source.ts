import { makeContext } from '../context.js';
import { producersOf } from '../edit.js';
import { STRUCTURAL } from '../evaluate/structural.js';
import type { Graph, Node, Tensor } from '../graph.js';
import type { FoldOptions } from '../passes/fold_constants.js';
import { propagate } from '../shapes/infer.js';

/** Where the values of a constant lie in the file. */
export interface ConstantSource {
  /** An initializer, or the output of a Constant node. */
  readonly root: string;
  /** Index in the root of each of the constant's values; undefined: the same. */
  readonly indices?: Int32Array;
}

/** Operators that give their first input's values again, each once. */
const MOVES = new Set(['Identity', 'Transpose', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze']);
/** Operators whose result does not depend on the values of what they read. */
const SHAPES = new Set(['Shape', 'Size']);

/** Finds where constants of a simplified graph come from. */
export class ConstantSources {
  readonly #graph: Graph;
  readonly #constants: ReadonlyMap<string, Tensor>;
  readonly #producers: ReadonlyMap<string, Node>;

  /** @param graph as it was decoded; options as it was simplified with */
  constructor(graph: Graph, options: FoldOptions) {
    const { values, constants } = propagate(graph, options.inputShapes, options.extra);
    this.#graph = { ...graph, values };
    this.#constants = constants;
    this.#producers = producersOf(graph);
  }

  /** The one tensor of the file that a constant shows; else the node that computes it. */
  sourceOf(name: string): ConstantSource | { readonly computedBy: Node } {
    const way: Node[] = [];
    let root = name;
    for (let node = this.#producers.get(root); node !== undefined; node = this.#producers.get(root)) {
      if (node.domain !== '' || !MOVES.has(node.op)) return { computedBy: node };
      way.unshift(node);
      root = node.inputs[0]!;
    }
    const tensor = this.#graph.constants.get(root);
    if (tensor === undefined) throw new TypeError(`'${name}' is not constant`);
    if (way.every(({ op }) => op !== 'Transpose')) return { root };
    const indices = way.reduce((moved, node) => this.#move(node, moved), indicesOf(tensor));
    return { root, indices: indices.data as Int32Array };
  }

  /** All tensors of the file whose values a value depends on. */
  rootsOf(name: string): ReadonlySet<string> {
    const roots = new Set<string>();
    const seen = new Set<string>();
    const pending = [name];
    while (pending.length > 0) {
      const next = pending.pop()!;
      if (next === '' || seen.has(next)) continue;
      seen.add(next);
      const node = this.#producers.get(next);
      if (this.#graph.constants.has(next)) roots.add(next);
      else if (node !== undefined && !(node.domain === '' && SHAPES.has(node.op)))
        pending.push(...node.inputs);
    }
    return roots;
  }

  #move(node: Node, tensor: Tensor): Tensor {
    const { opset, values } = this.#graph;
    const output = values.get(node.outputs[0]!);
    const constants = new Map([...this.#constants, [node.inputs[0]!, tensor]]);
    const ctx = makeContext(node, opset, values, constants);
    const moved = ctx && output && STRUCTURAL.get(node.op)?.(ctx, output);
    if (moved === undefined) throw new TypeError(`the shape of '${node.outputs[0]}' is not known`);
    return moved;
  }
}

function indicesOf({ shape, data }: Tensor): Tensor {
  return { type: 'int32', shape, data: Int32Array.from({ length: data.length }, (_, i) => i) };
}
