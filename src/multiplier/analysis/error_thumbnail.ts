/** Errors of a table, coarser. */
export interface ErrorThumbnail {
  /** Blocks along either axis. */
  readonly size: number;
  /** Mean signed error of each block, row-major, row = activation, column = weight, ascending. */
  readonly means: Float64Array;
}

/**
 * Signed errors (see `errorTable`) averaged over square blocks, so that at most `mostBlocks` (a power of two) lie
 * along either axis.
 */
export function errorThumbnail(errors: Float64Array, mostBlocks: number): ErrorThumbnail {
  const operands = Math.sqrt(errors.length);
  const size = Math.min(operands, mostBlocks);
  const block = operands / size;
  const means = new Float64Array(size * size);
  for (let i = 0; i < operands; i++) {
    for (let j = 0; j < operands; j++) {
      const at = Math.floor(i / block) * size + Math.floor(j / block);
      means[at]! += errors[i * operands + j]! / block ** 2;
    }
  }
  return { size, means };
}
