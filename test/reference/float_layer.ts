/** A multiplying layer in floating point: float64 sums, rounded once to float32. */
import type { Layer } from './prepare.js';
import { forEachPosition, outputDims } from './taps.js';
import { floats, type Tensor } from './tensor.js';

export function floatLayer(layer: Layer, x: Tensor): Tensor {
  const result = floats(outputDims(layer, x.dims));
  forEachPosition(layer, x.dims, ({ firstOutput, endOutput, base, stride, sources }) => {
    for (let o = firstOutput; o < endOutput; o++) {
      let sum = layer.bias?.[o] ?? 0;
      for (let k = 0; k < sources.length; k++) {
        const source = sources[k]!;
        if (source >= 0) sum += x.data[source]! * layer.weight[o * layer.reduction + k]!;
      }
      result.data[base + o * stride] = sum;
    }
  });
  return result;
}
