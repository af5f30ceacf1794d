/**
 * Calls `work` for 0 … count − 1 with at most `limit` calls under way, and returns the results in order.
 * After a failure no further call is started, and the first error is thrown once those under way have ended.
 */
export async function mapConcurrently<T>(
  count: number,
  limit: number,
  work: (index: number) => Promise<T>,
): Promise<T[]> {
  const results = new Array<T>(count);
  const errors: unknown[] = [];
  let next = 0;
  const worker = async () => {
    while (next < count && errors.length === 0) {
      const index = next++;
      try {
        results[index] = await work(index);
      } catch (error) {
        errors.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, count) }, worker));
  if (errors.length > 0) throw errors[0];
  return results;
}
