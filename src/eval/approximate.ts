import type { LinearLayer } from '../engine/linear_layer.js';
import type { Approximation } from '../engine/lower/approximate.js';
import { Network } from '../engine/network.js';
import { exactMultiplier } from '../multiplier/create.js';
import type { Multiplier } from '../multiplier/multiplier.js';
import type { QMethod, Range } from '../quant/qparams.js';
import type { LayerAssignment } from './assignment.js';
import type { BoundModel } from './model.js';

/** How approximate layers quantize; see numerics.md §2 and §3. */
export interface QuantizationOptions {
  readonly qmethod: QMethod;
  readonly activationBits: number;
  readonly weightBits: number;
  readonly fullRange: boolean;
  readonly padding: 'lookup' | 'skip';
}

/** A model with multipliers chosen for its layers and ranges for their inputs. */
export interface ApproximateModel {
  readonly bound: BoundModel;
  readonly assignments: readonly LayerAssignment[];
  /** One per slot; slot 0 is the main one. */
  readonly multipliers: readonly Multiplier[];
  readonly quantization: QuantizationOptions;
  readonly ranges: ReadonlyMap<string, Range>;
}

/** The approximate layers with their slots, as the engine takes them. */
export function slotsOf(assignments: readonly LayerAssignment[]): Map<LinearLayer, number> {
  return new Map(assignments.flatMap(({ layer, slot }) => (slot === null ? [] : [[layer, slot] as const])));
}

export function approximationOf(model: ApproximateModel): Approximation {
  return { ...model.quantization, slots: model.multipliers, ranges: model.ranges };
}

/**
 * The network that computes with the given multipliers.
 * @param variant 'exact' puts the exact multiplier of the same operand types into every slot
 */
export async function openNetwork(
  model: ApproximateModel,
  variant: 'exact' | 'approximate',
  threads: number,
): Promise<Network> {
  const network = await Network.create(model.bound.graph, {
    layers: slotsOf(model.assignments),
    approximation: approximationOf(model),
    threads,
  });
  model.multipliers.forEach((multiplier, slot) => {
    network.setMultiplier(slot, variant === 'exact' ? exactTwin(multiplier) : multiplier);
  });
  return network;
}

/** The exact multiplier of the same operand types and width. */
export function exactTwin({ activation, weight, bits }: Multiplier): Multiplier {
  return exactMultiplier(activation, weight, bits);
}
