/** Pooling of NCHW tensors. Sums are float64, rounded once to float32. Part of the slow reference. */
import { integerOf, integersOf } from './attributes.js';
import type { Node } from './onnx.js';
import { floats, type Tensor } from './tensor.js';
import { sourceOf, windowOf } from './window.js';

export function pool(node: Node, x: Tensor): Tensor {
  const [n, channels, height, width] = x.dims as [number, number, number, number];
  const kernel = integersOf(node, 'kernel_shape') as [number, number];
  const window = windowOf(node, kernel, [height, width]);
  const [outHeight, outWidth] = window.output;
  const result = floats([n, channels, outHeight, outWidth]);
  const includePads = integerOf(node, 'count_include_pad', 0) === 1;
  let position = 0;
  for (let plane = 0; plane < n * channels; plane++)
    for (let oy = 0; oy < outHeight; oy++)
      for (let ox = 0; ox < outWidth; ox++) {
        let peak = Number.NEGATIVE_INFINITY;
        let sum = 0;
        let count = 0;
        for (let ky = 0; ky < kernel[0]; ky++)
          for (let kx = 0; kx < kernel[1]; kx++) {
            const y = sourceOf(window, 0, oy, ky);
            const xx = sourceOf(window, 1, ox, kx);
            const inside = y >= 0 && y < height && xx >= 0 && xx < width;
            // Declared padding may count for the average; what ceil_mode adds beyond it never does.
            if (inside || (includePads && y < height + window.pads[2] && xx < width + window.pads[3]))
              count++;
            if (!inside) continue;
            const value = x.data[(plane * height + y) * width + xx]!;
            peak = Math.max(peak, value);
            sum += value;
          }
        result.data[position++] = node.op === 'MaxPool' ? peak : sum / count;
      }
  return result;
}

export function globalAveragePool(x: Tensor): Tensor {
  const [n, channels, ...plane] = x.dims as [number, number, ...number[]];
  const size = plane.reduce((a, b) => a * b, 1);
  const result = floats([n, channels, ...plane.map(() => 1)]);
  for (let i = 0; i < n * channels; i++) {
    let sum = 0;
    for (let j = 0; j < size; j++) sum += x.data[i * size + j]!;
    result.data[i] = sum / size;
  }
  return result;
}
