import { floatAttribute, stringAttribute } from '../attributes.js';
import { failNode, integersFrom, type NodeContext, normalizeAxis, requiredInput } from '../context.js';

/** A Pad with one entry per axis of its input; negative entries crop. */
export interface PadParameters {
  readonly begins: readonly number[];
  readonly ends: readonly number[];
  readonly mode: string;
  /** The constant that mode 'constant' fills in; undefined where it is an input that is not constant. */
  readonly value: number | undefined;
}

/** Pad: pads (and value) as attributes (operator sets < 11) or inputs. undefined where the pads are not constant. */
export function padParameters(ctx: NodeContext): PadParameters | undefined {
  const { node } = ctx;
  const rank = requiredInput(ctx, 0).shape.length;
  const pads = integersFrom(ctx, 'pads', 1);
  const axes = integersFrom(ctx, 'axes', 3);
  if (pads === 'unknown' || axes === 'unknown') return undefined;
  if (pads === 'absent') failNode(node, 'pads are missing');
  const axisList = axes === 'absent' ? Array.from({ length: rank }, (_, i) => i) : axes;
  if (pads.length !== 2 * axisList.length) {
    failNode(node, `${axisList.length} axes need ${2 * axisList.length} pads, got ${pads.length}`);
  }
  const begins = new Array<number>(rank).fill(0);
  const ends = new Array<number>(rank).fill(0);
  axisList.forEach((given, i) => {
    const axis = normalizeAxis(node, given, rank);
    begins[axis] = pads[i]!;
    ends[axis] = pads[i + axisList.length]!;
  });
  return { begins, ends, mode: stringAttribute(node, 'mode', 'constant'), value: fillValue(ctx) };
}

function fillValue(ctx: NodeContext): number | undefined {
  if ((ctx.node.inputs[2] ?? '') === '') return floatAttribute(ctx.node, 'value', 0);
  const tensor = ctx.constants[2];
  return tensor === undefined ? undefined : Number(tensor.data[0] ?? 0);
}
