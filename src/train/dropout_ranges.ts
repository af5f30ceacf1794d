import { producersOf } from '../onnx/edit.js';
import type { Graph, Node } from '../onnx/graph.js';
import type { Range } from '../quant/qparams.js';
import { dropoutRatio } from './plan/lower_nodes.js';

/** Operators through which a factor of their first input passes. */
const HOMOGENEOUS = new Set([
  ...['Flatten', 'Reshape', 'Squeeze', 'Unsqueeze', 'Transpose', 'Identity'],
  ...['Relu', 'LeakyRelu', 'PRelu', 'MaxPool', 'GlobalMaxPool'],
]);

/** How a value of the training's graph is found in an evaluation, whose graph has no Dropout. */
interface Undropped {
  /** Name of the value there. */
  readonly name: string;
  /** Dropout makes what it leaves larger by this factor. */
  readonly factor: number;
}

/** Ranges of an evaluation as those of a training, in which Dropout drops. @param names of the training's values */
export function trainingRanges(
  ranges: ReadonlyMap<string, Range>,
  graph: Graph,
  names: Iterable<string>,
): Map<string, Range> {
  const find = undropped(graph);
  return new Map(
    [...names].flatMap((value) => {
      const { name, factor } = find(value);
      const range = ranges.get(name);
      return range === undefined ? [] : [[value, scaled(range, factor)] as const];
    }),
  );
}

/** Ranges of a training as those of an evaluation. */
export function evaluationRanges(ranges: ReadonlyMap<string, Range>, graph: Graph): Map<string, Range> {
  const find = undropped(graph);
  return new Map(
    [...ranges].map(([value, range]) => {
      const { name, factor } = find(value);
      return [name, scaled(range, 1 / factor)];
    }),
  );
}

function undropped(graph: Graph): (value: string) => Undropped {
  const producers = producersOf(graph);
  const isDropout = (node: Node | undefined) => node?.op === 'Dropout' && node.domain === '';
  const factorOf = (value: string): number => {
    const node = producers.get(value);
    if (node === undefined || node.domain !== '') return 1;
    if (isDropout(node)) return factorOf(node.inputs[0]!) / (1 - dropoutRatio(graph, node));
    return HOMOGENEOUS.has(node.op) ? factorOf(node.inputs[0]!) : 1;
  };
  return (value) => {
    let name = value;
    for (let node = producers.get(name); isDropout(node); node = producers.get(name)) name = node!.inputs[0]!;
    return { name, factor: factorOf(value) };
  };
}

/** Float32, as ranges are in the engine and in files. */
function scaled(range: Range, factor: number): Range {
  if (factor === 1) return range;
  return { min: Math.fround(range.min * factor), max: Math.fround(range.max * factor) };
}
