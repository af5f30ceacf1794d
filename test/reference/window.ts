/** Where a sliding window (Conv, MaxPool, AveragePool) reads: ONNX's strides, dilations, pads and auto_pad in 2-D. */
import { integerOf, integersOf, textOf } from './attributes.js';
import type { Node } from './onnx.js';

export interface Window {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** top, left, bottom, right. */
  readonly pads: readonly [number, number, number, number];
  readonly output: readonly [number, number];
}

type Pair = [number, number];

/** The window of `node` over a plane of height × width `plane`. */
export function windowOf(node: Node, kernel: Pair, plane: Pair): Window {
  const strides = (integersOf(node, 'strides') ?? [1, 1]) as Pair;
  const dilations = (integersOf(node, 'dilations') ?? [1, 1]) as Pair;
  const autoPad = textOf(node, 'auto_pad', 'NOTSET');
  const pads = [...(integersOf(node, 'pads') ?? [0, 0, 0, 0])];
  const output: Pair = [0, 0];
  for (const axis of [0, 1] as const) {
    const span = (kernel[axis] - 1) * dilations[axis] + 1;
    if (autoPad === 'SAME_UPPER' || autoPad === 'SAME_LOWER') {
      output[axis] = Math.ceil(plane[axis] / strides[axis]);
      const total = Math.max(0, (output[axis] - 1) * strides[axis] + span - plane[axis]);
      const smaller = Math.floor(total / 2);
      pads[axis] = autoPad === 'SAME_UPPER' ? smaller : total - smaller;
      pads[axis + 2] = total - pads[axis]!;
      continue;
    }
    if (autoPad === 'VALID') {
      pads[axis] = 0;
      pads[axis + 2] = 0;
    }
    const room = (plane[axis] + pads[axis]! + pads[axis + 2]! - span) / strides[axis];
    output[axis] = (integerOf(node, 'ceil_mode', 0) === 1 ? Math.ceil(room) : Math.floor(room)) + 1;
    // A window that would start beyond the data and its leading padding does not exist (ceil_mode).
    if ((output[axis] - 1) * strides[axis] >= plane[axis] + pads[axis]!) output[axis]--;
  }
  return { kernel, strides, dilations, pads: pads as [number, number, number, number], output };
}

/** Row or column that tap `tap` of output position `position` reads; outside 0 … size − 1 it is padding. */
export function sourceOf(window: Window, axis: 0 | 1, position: number, tap: number): number {
  return position * window.strides[axis] - window.pads[axis] + tap * window.dilations[axis];
}
