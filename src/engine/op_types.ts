import { loadAddon } from './addon.js';
import { cudaLibraryPath, cudaStatus } from './cuda.js';
import type { Device } from './device.js';

const known = new Map<string, ReadonlySet<string>>();

/** Types of ops that the plans of a device may name. Throws as `loadAddon` does. */
export function opTypesOf({ kind }: Device): ReadonlySet<string> {
  const engine = kind === 'cpu' ? kind : cudaLibraryPath();
  const types = known.get(engine) ?? new Set(kind === 'cpu' ? loadAddon().opTypes() : cudaStatus().opTypes);
  known.set(engine, types);
  return types;
}
