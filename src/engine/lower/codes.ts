import { firstOperand, type OperandType } from '../../multiplier/multiplier.js';
import { codeRange, type Range } from '../../quant/qparams.js';
import { UserError } from '../../util/errors.js';
import type { LinearLayer } from '../linear_layer.js';
import type { TensorId } from '../plan.js';
import type { PlanBuilder } from '../plan_builder.js';
import { type Approximation, TABLE_BITS } from './approximation.js';

type Halo = readonly [number, number, number, number];

/** The codes of one value, for all approximate layers that read it with the same activation type. */
export interface Codes {
  readonly value: string;
  readonly type: OperandType;
  /** [N, C, H, W] without the halo. */
  readonly shape: readonly number[];
  /** Largest padding of its readers: top, left, bottom, right. */
  halo: Halo;
  /** Where every value is ≥ 0, int8 codes are too, and half of the table is enough. */
  readonly nonNegative: boolean;
  /** u8 indices, and their (scale, zero point) pairs, once the plan has them. */
  tensor?: TensorId;
  qparams?: TensorId;
}

/** The codes that the approximate layers of one plan read. */
export class SharedCodes {
  readonly #approximation: Approximation;
  readonly #codes = new Map<string, Codes>();

  /** @param nonNegative values that are never negative */
  constructor(
    approximation: Approximation,
    layers: ReadonlyMap<LinearLayer, number>,
    nonNegative: ReadonlySet<string>,
  ) {
    this.#approximation = approximation;
    for (const [layer, slot] of layers) {
      const type = approximation.slots[slot].activation;
      const key = keyOf(layer, type);
      const known = this.#codes.get(key);
      const { pads } = layer.window;
      this.#codes.set(key, {
        value: layer.input,
        type,
        shape: layer.inputShape,
        halo: known === undefined ? pads : largest(known.halo, pads),
        nonNegative: nonNegative.has(layer.input),
      });
    }
  }

  /** The codes of the layer's input. */
  of(layer: LinearLayer, type: OperandType): Codes {
    return this.#codes.get(keyOf(layer, type)) as Codes;
  }

  /** All codes of a value. */
  ofValue(value: string): Codes[] {
    return [...this.#codes.values()].filter((codes) => codes.value === value);
  }

  /** Smallest and largest operand index among the codes. */
  indexBounds(codes: Codes): { lo: number; hi: number } {
    const { activationBits, fullRange } = this.#approximation;
    const { lo, hi } = codeRange(codes.type, activationBits, fullRange);
    const first = firstOperand(codes.type, TABLE_BITS);
    return { lo: (codes.nonNegative ? 0 : lo) - first, hi: hi - first };
  }

  /** Range of a value for mode 'static'. @throws UserError where the calibration has none */
  calibrated(value: string): Range {
    const range = this.#approximation.ranges.get(value);
    if (range === undefined) {
      throw new UserError(`the calibration has no range for '${value}'; calibrate this model again`);
    }
    return range;
  }

  /** The op that takes a dynamic range of `x`, whose (scale, zero point) pairs it returns. */
  range(builder: PlanBuilder, codes: Codes, node: string, x: TensorId, batch: number): TensorId {
    const { qmethod, activationBits } = this.#approximation;
    const sets = qmethod.activation === 'sample' ? batch : 1;
    const qparams = builder.tensor('f32', [sets, 2], `${codes.value} qparams`);
    builder.op('Range', node, [x], [qparams], { signed: signedOf(codes.type), bits: activationBits });
    return qparams;
  }

  /** The op that quantizes `x` with `codes.qparams`; sets `codes.tensor`. */
  quantize(builder: PlanBuilder, codes: Codes, node: string, x: TensorId, mask?: TensorId): void {
    codes.tensor = builder.tensor('u8', withHalo(codes.shape, codes.halo), `${codes.value} codes`);
    const outputs = mask === undefined ? [codes.tensor] : [codes.tensor, mask];
    builder.op('Quantize', node, [x, codes.qparams as TensorId], outputs, {
      halo: codes.halo,
      signed: signedOf(codes.type),
      ...this.indexBounds(codes),
    });
  }
}

/** How the vocabulary says whether an operand is signed. */
export function signedOf(type: OperandType): 0 | 1 {
  return type === 'int8' ? 1 : 0;
}

export function withHalo([n, c, h, w]: readonly number[], [top, left, bottom, right]: Halo): number[] {
  return [n, c, top + h + bottom, left + w + right];
}

function keyOf(layer: LinearLayer, type: OperandType): string {
  // A value that is read both as an image and as rows has codes of each shape.
  return `${layer.input}\n${type}\n${layer.inputShape.join('x')}`;
}

function largest(a: Halo, b: Halo): Halo {
  return [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
}
