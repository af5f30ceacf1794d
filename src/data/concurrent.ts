/**
 * Calls `work` for 0 … count − 1 with at most `limit` calls under way, and returns the results in order.
 * After a failure no further call is started, and once those under way have ended the error of the lowest index is
 * thrown: all calls before it have been made, so it does not depend on which one fails first.
 */
export async function mapConcurrently<T>(
  count: number,
  limit: number,
  work: (index: number) => Promise<T>,
): Promise<T[]> {
  const results = new Array<T>(count);
  const errors: { index: number; error: unknown }[] = [];
  let next = 0;
  const worker = async () => {
    while (next < count && errors.length === 0) {
      const index = next++;
      try {
        results[index] = await work(index);
      } catch (error) {
        errors.push({ index, error });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, count) }, worker));
  errors.sort((a, b) => a.index - b.index);
  if (errors.length > 0) throw errors[0].error;
  return results;
}
