import { loadMultiplier } from '../multiplier/load.js';
import type { Multiplier } from '../multiplier/multiplier.js';
import { UserError } from '../util/errors.js';
import type { EvalSettings } from './settings.js';
import type { TunedApproximation } from './tuned_model.js';

/** The main multiplier, and what the patterns of --layer stand for. */
export interface LoadedMultipliers {
  readonly multiplier: Multiplier;
  readonly layers: readonly { readonly pattern: string; readonly multiplier: Multiplier | 'float' }[];
}

/**
 * Loads the tables that the settings name, each once.
 * @param namedBy the model whose metadata name the tables of single layers, where the user does not
 * @throws UserError where one cannot be read as a multiplier
 */
export async function loadMultipliers(
  settings: Pick<EvalSettings, 'lut' | 'lutType' | 'lutOrder' | 'layers'>,
  warn: (message: string) => void,
  namedBy?: string,
): Promise<LoadedMultipliers> {
  const known = new Map<string, Multiplier>();
  const load = async (spec: string): Promise<Multiplier> => {
    const cached = known.get(spec);
    if (cached !== undefined) return cached;
    const { multiplier, warnings } = await loadMultiplier(spec, {
      type: settings.lutType,
      order: settings.lutOrder,
    });
    warnings.forEach(warn);
    known.set(spec, multiplier);
    return multiplier;
  };
  const multiplier = await load(settings.lut);
  const layers: { pattern: string; multiplier: Multiplier | 'float' }[] = [];
  for (const { pattern, lut } of settings.layers) {
    try {
      layers.push({ pattern, multiplier: lut === 'float' ? 'float' : await load(lut) });
    } catch (error) {
      if (namedBy === undefined || !(error instanceof UserError)) throw error;
      throw new UserError(
        `${error.message}; ${namedBy} was retrained with this table in '${pattern}': give --layer anew`,
        { cause: error },
      );
    }
  }
  return { multiplier, layers };
}

/** Warns where a retrained model meets other tables than those that it was retrained for. */
export function compareMultipliers(
  loaded: LoadedMultipliers,
  { multiplier, layers }: TunedApproximation,
  file: string,
  warn: (message: string) => void,
): void {
  if (loaded.multiplier.sha256 !== multiplier.sha256) {
    warn(
      `${file} was retrained for ${multiplier.name} (${multiplier.sha256.slice(0, 8)}), not for ${loaded.multiplier.name} (${loaded.multiplier.sha256.slice(0, 8)})`,
    );
  }
  for (const { pattern, multiplier: other } of loaded.layers) {
    const then = layers.find((layer) => layer.pattern === pattern);
    if (then === undefined || other === 'float' || then.sha256 === other.sha256) continue;
    warn(`${file} was retrained with another table than ${other.name} in '${pattern}'`);
  }
}
