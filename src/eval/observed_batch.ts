import { isExact, linearLayers } from '../engine/linear_layer.js';
import type { ApproximateModel } from './approximate.js';
import type { LayerAssignment } from './assignment.js';
import { bindModel } from './model.js';

/** Bytes of observed values per run, at most (unless one sample has more). */
const MOST_BYTES = 1 << 26;

/**
 * The model for a batch small enough that the observed values of one run, which all leave the engine, fit into
 * memory: those of MobileNetV2 are 27 MB per image.
 * @param observed names of the values
 * @param copies how often each is returned
 * @returns the model itself where its batch will do or is fixed
 */
export async function withObservableBatch(
  model: ApproximateModel,
  observed: readonly string[],
  copies: number,
): Promise<ApproximateModel> {
  const { graph, batch } = model.bound;
  const bytes = observed.reduce((sum, name) => {
    const shape = graph.values.get(name)?.shape ?? [];
    return sum + (4 * copies * shape.reduce((product, size) => product * size, 1)) / batch;
  }, 0);
  const most = Math.max(1, Math.floor(MOST_BYTES / bytes));
  if (batch <= most) return model;
  const bound = await bindModel(model.bound.model, most, model.bound.sizes);
  if (bound.batch === batch) return model;
  const layers = new Map(linearLayers(bound.graph).map((layer) => [layer.node.name, layer]));
  const assignments = model.assignments.map((assignment): LayerAssignment => {
    const layer = layers.get(assignment.node.name);
    if (layer === undefined || isExact(layer) || assignment.slot === null) return assignment;
    return { ...assignment, node: layer.node, layer };
  });
  return { ...model, bound, assignments };
}

/** Consecutive parts of at most `batch` samples: float32 [count, …] each. */
export function* partsOf(
  input: Float32Array,
  count: number,
  batch: number,
): Generator<{ readonly input: Float32Array; readonly count: number }> {
  const size = input.length / count;
  for (let first = 0; first < count; first += batch) {
    const end = Math.min(first + batch, count);
    yield { input: input.subarray(first * size, end * size), count: end - first };
  }
}
