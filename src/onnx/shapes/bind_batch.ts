import { UserError } from '../../util/errors.js';
import type { Dimension, Graph } from '../graph.js';

export interface BoundBatch {
  /** A concrete shape for every graph input; see `inferShapes`. */
  readonly inputShapes: ReadonlyMap<string, readonly number[]>;
  /** First dimension of the first input as bound. */
  readonly batch: number;
  /** The batch that the model is made for, where it is fixed. */
  readonly fixedBatch: number | undefined;
}

/**
 * Concrete input shapes: a symbolic or unknown first dimension becomes `batch`; a fixed one stays and is reported.
 *
 * @param sizes sizes of other dynamic dimensions, by the dimension's name or by its index (`{ H: 224, 3: 224 }`)
 * @throws UserError naming the input and the dimensions that remain open
 */
export function bindBatch(
  graph: Graph,
  batch: number,
  sizes: Readonly<Record<string, number>> = {},
): BoundBatch {
  const inputShapes = new Map(
    graph.inputs.map(({ name, shape }) => [name, bindShape(name, shape, batch, sizes)]),
  );
  const first = graph.inputs[0];
  const declared = first?.shape[0];
  return {
    inputShapes,
    batch: (first && inputShapes.get(first.name)?.[0]) ?? batch,
    fixedBatch: typeof declared === 'number' ? declared : undefined,
  };
}

function bindShape(
  name: string,
  shape: readonly Dimension[],
  batch: number,
  sizes: Readonly<Record<string, number>>,
): readonly number[] {
  const bound = shape.map((dimension, axis): Dimension => {
    if (typeof dimension === 'number') return dimension;
    if (axis === 0) return batch;
    const named = dimension !== '' && Object.hasOwn(sizes, dimension) ? sizes[dimension] : undefined;
    return named ?? (Object.hasOwn(sizes, axis) ? sizes[axis] : undefined) ?? dimension;
  });
  const open = bound.flatMap((dimension, axis) =>
    typeof dimension === 'string' ? [dimension || `number ${axis}`] : [],
  );
  if (open.length > 0) {
    const declared = shape.map((dimension) => (dimension === '' ? '?' : dimension)).join(', ');
    throw new UserError(
      `input '${name}' has the dynamic shape [${declared}]; give a size for its dimension ${open.join(', ')} (--crop HEIGHTxWIDTH does for those of an image), or export the model with fixed sizes`,
    );
  }
  return bound as readonly number[];
}
