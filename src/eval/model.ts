import type { Preprocess } from '../data/dataset.js';
import { parsePreprocess } from '../data/preprocess.js';
import { discoverShapes } from '../engine/discover_shapes.js';
import type { Graph } from '../onnx/graph.js';
import { loadModel as decodeModel } from '../onnx/load.js';
import { type KeptNodes, optimize } from '../onnx/passes/optimize.js';
import { bindBatch } from '../onnx/shapes/bind_batch.js';
import { messageOf, UserError } from '../util/errors.js';
import { readInput } from '../util/files.js';

/** An ONNX model as it was read. */
export interface Model {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly graph: Graph;
  /** What its metadata_props say: `approxtorch.dataset` and `approxtorch.preprocess`. */
  readonly dataset: string | undefined;
  readonly preprocess: Preprocess | undefined;
}

/** A model for one batch size: shapes inferred, constants and BatchNormalization folded. */
export interface BoundModel {
  readonly model: Model;
  /** Of dynamic dimensions other than the batch, by index, as they were given. */
  readonly sizes: Readonly<Record<number, number>>;
  readonly graph: Graph;
  readonly batch: number;
  readonly input: { readonly name: string; readonly shape: readonly number[] };
  readonly output: { readonly name: string; readonly classes: number };
  /** The output is a Softmax: probabilities, not logits. */
  readonly probabilities: boolean;
}

/** @throws UserError where the file is no usable ONNX model */
export async function loadModel(file: string): Promise<Model> {
  return modelOf(await readInput(file), file);
}

/** A model from its bytes. @param file for messages, and where external data lie beside */
export function modelOf(bytes: Uint8Array, file: string): Model {
  const { graph, sha256 } = decodeModel(bytes, { file });
  const settings = graph.metadata.get('approxtorch.preprocess');
  return {
    file,
    bytes,
    sha256,
    graph,
    dataset: graph.metadata.get('approxtorch.dataset'),
    preprocess: settings === undefined ? undefined : parseSettings(settings, file),
  };
}

function parseSettings(json: string, file: string): Preprocess {
  const where = `${file}: metadata approxtorch.preprocess`;
  try {
    return parsePreprocess(JSON.parse(json), where);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${where}: not JSON: ${messageOf(error)}; give --preprocess`, { cause: error });
  }
}

/**
 * @param batch samples per run; a model with a fixed batch keeps its own
 * @param sizes of the input's other dynamic dimensions, by their index
 * @param kept nodes that training needs
 * @throws UserError where the model does not take one float32 input and give one row of scores per sample
 */
export async function bindModel(
  model: Model,
  batch: number,
  sizes: Readonly<Record<number, number>> = {},
  kept: KeptNodes = {},
): Promise<BoundModel> {
  const { graph, file } = model;
  if (graph.inputs.length !== 1 || graph.inputs[0].type !== 'float32') {
    const found = graph.inputs.map((input) => `${input.name} (${input.type})`).join(', ') || 'none';
    throw new UserError(`${file}: expected one float32 input, the images; got ${found}`);
  }
  const bound = bindBatch(graph, batch, sizes);
  const { inputShapes } = bound;
  const extra = await discoverShapes(graph, inputShapes, file);
  const optimized = await optimize(graph, { inputShapes, extra, ...kept });
  const [input] = graph.inputs;
  const shape = inputShapes.get(input.name) as readonly number[];
  const output = scoresOf(optimized, bound.batch, file);
  return {
    model,
    sizes,
    graph: optimized,
    batch: bound.batch,
    input: { name: input.name, shape },
    output,
    probabilities: endsInSoftmax(optimized, output.name),
  };
}

/** The first output that holds one row of scores per sample; [batch, classes, 1, 1] does too. */
function scoresOf(graph: Graph, batch: number, file: string): BoundModel['output'] {
  for (const { name } of graph.outputs) {
    const value = graph.values.get(name);
    if (value?.type !== 'float32' || value.shape[0] !== batch) continue;
    const others = value.shape.slice(1).filter((size) => size !== 1);
    if (others.length === 1) return { name, classes: others[0] };
  }
  const found = graph.outputs.map(({ name }) => {
    const value = graph.values.get(name);
    return `'${name}' is ${value === undefined ? 'unknown' : `${value.type} [${value.shape.join(', ')}]`}`;
  });
  const ofOne = graph.outputs.some(({ name }) => graph.values.get(name)?.shape[0] === 1);
  throw new UserError(
    `${file}: expected an output of one score per class, float32 [${batch}, classes]; ${found.join(', ')}${ofOne && batch > 1 ? '; --batch 1 may fit' : ''}`,
  );
}

function endsInSoftmax(graph: Graph, output: string): boolean {
  const last = graph.nodes.find((node) => node.outputs.includes(output));
  return last?.op === 'Softmax' && last.domain === '';
}

/** Whether the model says how many samples it takes at a time. */
export function hasFixedBatch({ graph }: Model): boolean {
  return typeof graph.inputs[0]?.shape?.[0] === 'number';
}
