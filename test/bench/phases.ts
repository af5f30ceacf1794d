import type { RunHooks } from '../../src/bench/run_bench.js';

/** Hooks that note which phases a run computes: those that come from the cache make no progress. */
export function measuredPhases(): { readonly hooks: RunHooks; seen(): ReadonlySet<string> } {
  const phases = new Set<string>();
  return { hooks: { onProgress: ({ phase }) => phases.add(phase) }, seen: () => phases };
}
