/** Which input value each tap of a layer's reduction reads: the one description of Conv and dense geometry. */
import type { Layer } from './prepare.js';
import { sizeOf } from './tensor.js';
import { sourceOf, windowOf } from './window.js';

/** One position of the output for one group: the outputs `firstOutput`…`endOutput` share the same inputs. */
export interface Position {
  readonly sample: number;
  readonly firstOutput: number;
  readonly endOutput: number;
  /** Flat position in the result of output o is base + o·stride. */
  readonly base: number;
  readonly stride: number;
  /** For each k of the reduction the flat position in the input, −1 for a padded tap. */
  readonly sources: Int32Array;
}

export function outputDims(layer: Layer, dims: readonly number[]): number[] {
  if (layer.kernel === undefined) return [...dims.slice(0, -1), layer.outputs];
  const window = windowOf(layer.node, [...layer.kernel], [dims[2]!, dims[3]!]);
  return [dims[0]!, layer.outputs, ...window.output];
}

/** Calls `visit` for every position; the same `sources` array is reused from call to call. */
export function forEachPosition(
  layer: Layer,
  dims: readonly number[],
  visit: (position: Position) => void,
): void {
  const sources = new Int32Array(layer.reduction);
  if (layer.kernel === undefined) {
    if (dims.at(-1) !== layer.reduction)
      throw new Error(`${layer.node.name}: [${dims}] into ${layer.reduction}`);
    const rows = sizeOf(dims) / layer.reduction;
    for (let row = 0; row < rows; row++) {
      for (let k = 0; k < layer.reduction; k++) sources[k] = row * layer.reduction + k;
      const sample = Math.floor(row / (rows / dims[0]!));
      visit({
        sample,
        firstOutput: 0,
        endOutput: layer.outputs,
        base: row * layer.outputs,
        stride: 1,
        sources,
      });
    }
    return;
  }
  const [batch, channels, height, width] = dims as [number, number, number, number];
  const [kernelHeight, kernelWidth] = layer.kernel;
  const perGroup = channels / layer.group;
  if (perGroup * kernelHeight * kernelWidth !== layer.reduction)
    throw new Error(`${layer.node.name}: channels`);
  const window = windowOf(layer.node, [kernelHeight, kernelWidth], [height, width]);
  const [outHeight, outWidth] = window.output;
  const outputsPerGroup = layer.outputs / layer.group;
  const plane = outHeight * outWidth;
  for (let sample = 0; sample < batch; sample++)
    for (let group = 0; group < layer.group; group++)
      for (let oy = 0; oy < outHeight; oy++)
        for (let ox = 0; ox < outWidth; ox++) {
          let k = 0;
          for (let c = 0; c < perGroup; c++)
            for (let ky = 0; ky < kernelHeight; ky++)
              for (let kx = 0; kx < kernelWidth; kx++) {
                const y = sourceOf(window, 0, oy, ky);
                const x = sourceOf(window, 1, ox, kx);
                const inside = y >= 0 && y < height && x >= 0 && x < width;
                const channel = sample * channels + group * perGroup + c;
                sources[k++] = inside ? (channel * height + y) * width + x : -1;
              }
          visit({
            sample,
            firstOutput: group * outputsPerGroup,
            endOutput: (group + 1) * outputsPerGroup,
            base: sample * layer.outputs * plane + oy * outWidth + ox,
            stride: plane,
            sources,
          });
        }
}
