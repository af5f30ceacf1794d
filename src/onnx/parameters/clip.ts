import { floatAttribute } from '../attributes.js';
import type { NodeContext } from '../context.js';

/** Bounds of a Clip (±Infinity where absent): attributes before operator set 11, then inputs. undefined where not constant. */
export function clipBounds(ctx: NodeContext): { min: number; max: number } | undefined {
  const { node, constants } = ctx;
  const bound = (name: string, input: number, fallback: number): number | undefined => {
    if ((node.inputs[input] ?? '') === '') return floatAttribute(node, name, fallback);
    const tensor = constants[input];
    return tensor === undefined ? undefined : Number(tensor.data[0] ?? fallback);
  };
  const min = bound('min', 1, -Infinity);
  const max = bound('max', 2, Infinity);
  return min === undefined || max === undefined ? undefined : { min, max };
}
