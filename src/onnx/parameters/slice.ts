import { failNode, integersFrom, type NodeContext, normalizeAxis, requiredInput } from '../context.js';

/** A Slice with one entry per axis of its input; `starts` inside the input, `steps` may be negative. */
export interface SliceParameters {
  readonly starts: readonly number[];
  readonly steps: readonly number[];
  /** Sizes of the output. */
  readonly sizes: readonly number[];
}

/**
 * Slice: starts, ends, axes as attributes (operator sets < 10) or as inputs with steps.
 * undefined where one of them is not constant. @throws UserError where they do not fit
 */
export function sliceParameters(ctx: NodeContext): SliceParameters | undefined {
  const { node } = ctx;
  const { shape } = requiredInput(ctx, 0);
  const starts = integersFrom(ctx, 'starts', 1);
  const ends = integersFrom(ctx, 'ends', 2);
  const axes = integersFrom(ctx, 'axes', 3);
  const steps = integersFrom(ctx, 'steps', 4);
  if (starts === 'unknown' || ends === 'unknown' || axes === 'unknown' || steps === 'unknown')
    return undefined;
  if (starts === 'absent' || ends === 'absent') failNode(node, 'starts or ends are missing');
  const axisList = axes === 'absent' ? starts.map((_, i) => i) : axes;
  const stepList = steps === 'absent' ? starts.map(() => 1) : steps;
  if (new Set([starts.length, ends.length, axisList.length, stepList.length]).size > 1) {
    failNode(node, 'starts, ends, axes and steps differ in length');
  }
  const result = { starts: shape.map(() => 0), steps: shape.map(() => 1), sizes: [...shape] };
  axisList.forEach((given, i) => {
    const axis = normalizeAxis(node, given, shape.length);
    const step = stepList[i]!;
    if (step === 0) failNode(node, `the step of axis ${axis} is 0`);
    const size = shape[axis]!;
    const [first, last] = step > 0 ? [0, size] : [0, size - 1];
    const start = clamp(fromEnd(starts[i]!, size), first, last);
    const end =
      step > 0 ? clamp(fromEnd(ends[i]!, size), 0, size) : clamp(fromEnd(ends[i]!, size), -1, size - 1);
    result.starts[axis] = start;
    result.steps[axis] = step;
    result.sizes[axis] = Math.max(0, Math.ceil((end - start) / step));
  });
  return result;
}

const fromEnd = (index: number, size: number): number => (index < 0 ? index + size : index);
const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));
