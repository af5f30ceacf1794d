import type { EngineOptions } from '../engine/device.js';
import type { LinearLayer } from '../engine/linear_layer.js';
import type { Approximation } from '../engine/lower/approximation.js';
import { Network } from '../engine/network.js';
import { exactMultiplier } from '../multiplier/create.js';
import type { Multiplier } from '../multiplier/multiplier.js';
import type { KeptNodes } from '../onnx/passes/optimize.js';
import type { QMethod, Range } from '../quant/qparams.js';
import { UserError } from '../util/errors.js';
import { orRelease } from '../util/release.js';
import { assignLayers, type LayerAssignment } from './assignment.js';
import { defaults } from './defaults.js';
import { type BoundModel, bindModel, type Model } from './model.js';

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

export interface ApproximateOptions extends Partial<QuantizationOptions> {
  /** Samples per run (default 64); a model with a fixed batch keeps its own. */
  readonly batch?: number;
  /** Of the input's dynamic dimensions other than the batch, by their index (`{ 2: 224, 3: 224 }`). */
  readonly sizes?: Readonly<Record<number, number>>;
  /** Leave the first, the last, or all dense layers in float32. */
  readonly skipFirst?: boolean;
  readonly skipLast?: boolean;
  readonly convOnly?: boolean;
  /** Nodes that training needs. */
  readonly kept?: KeptNodes;
  /** Another multiplier, or none ('float'), for the layers whose node name matches a glob; later ones win. */
  readonly layers?: readonly { readonly pattern: string; readonly multiplier: Multiplier | 'float' }[];
}

/**
 * Puts a multiplier into every Conv, Gemm and MatMul with constant weights, except where the options say
 * otherwise. With static quantization the result still needs `calibrate`.
 * @throws UserError where the model cannot be bound, a pattern matches no layer, or operands are too narrow
 */
export async function approximate(
  model: Model,
  multiplier: Multiplier,
  options: ApproximateOptions = {},
): Promise<ApproximateModel> {
  const multipliers = [multiplier];
  const patterns = (options.layers ?? []).map(({ pattern, multiplier: other }) => {
    if (other === 'float') return { pattern, slot: null };
    const known = multipliers.findIndex(({ sha256 }) => sha256 === other.sha256);
    return { pattern, slot: known === -1 ? multipliers.push(other) - 1 : known };
  });
  const quantization: QuantizationOptions = {
    qmethod: options.qmethod ?? defaults.qmethod,
    activationBits: options.activationBits ?? defaults.bits,
    weightBits: options.weightBits ?? defaults.bits,
    fullRange: options.fullRange ?? false,
    padding: options.padding ?? defaults.padding,
  };
  for (const { name, bits } of multipliers) {
    for (const what of ['activation', 'weight'] as const) {
      if (quantization[`${what}Bits`] <= bits) continue;
      throw new UserError(
        `multiplier ${name} takes ${bits}-bit operands; give --${what}-bits ${bits} or less`,
      );
    }
  }
  const bound = await bindModel(model, options.batch ?? defaults.batch, options.sizes, options.kept);
  const { skipFirst = false, skipLast = false, convOnly = false } = options;
  const assignments = assignLayers(bound.graph, { skipFirst, skipLast, convOnly, patterns });
  if (assignments.length === 0) {
    throw new UserError(`${model.file}: has no Conv, Gemm or MatMul; there is nothing to approximate`);
  }
  for (const assignment of assignments) checkFinite(assignment, model.file);
  return { bound, assignments, multipliers, quantization, ranges: new Map() };
}

function checkFinite({ node, layer, slot }: LayerAssignment, file: string): void {
  if (layer === null || slot === null) return;
  for (const [what, values] of [
    ['weights', layer.weights],
    ['bias', layer.bias ?? []],
  ] as const) {
    const wrong = values.findIndex((value) => !Number.isFinite(value));
    if (wrong === -1) continue;
    throw new UserError(
      `${file}: the ${what} of ${node.name} (${node.op}) hold ${values[wrong]} at index ${wrong}, expected finite values; mend the model, or leave the layer float with --layer '${node.name}=float'`,
    );
  }
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
  engine: EngineOptions,
): Promise<Network> {
  const network = await Network.create(model.bound.graph, {
    layers: slotsOf(model.assignments),
    approximation: approximationOf(model),
    threads: engine.threads,
    device: engine.device,
    kernel: engine.kernel,
  });
  return orRelease(network, () => {
    model.multipliers.forEach((multiplier, slot) => {
      network.setMultiplier(slot, variant === 'exact' ? exactTwin(multiplier) : multiplier);
    });
    return network;
  });
}

/** The exact multiplier of the same operand types and width. */
export function exactTwin({ activation, weight, bits }: Multiplier): Multiplier {
  return exactMultiplier(activation, weight, bits);
}
