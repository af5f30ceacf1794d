/**
 * The input of a full batch. A last batch of fewer samples is filled up by repeating its last sample: that
 * changes no range that is taken over the batch.
 * @param input float32 [count, …]
 * @returns float32 [batch, …]; `input` itself where count = batch
 */
export function fillBatch(input: Float32Array, count: number, batch: number): Float32Array {
  if (count === batch) return input;
  const size = input.length / count;
  const full = new Float32Array(size * batch);
  full.set(input);
  for (let i = count; i < batch; i++) full.copyWithin(i * size, (count - 1) * size, count * size);
  return full;
}
