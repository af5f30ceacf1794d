#include "quantized_weights.h"

#include <algorithm>

#include "kernels.h"
#include "qparams.h"

namespace approxtorch::lut {

void checkConstantZeroPoints(const QuantizedWeights& weights) {
  if (weights.zeroPoints.isConstant()) checkZeroPoints(weights);
}

void checkZeroPoints(const QuantizedWeights& weights) {
  const Tensor& zeroPoints = weights.zeroPoints;
  for (int64_t o = 0; o < zeroPoints.count(); ++o) {
    if (zeroPoints.i32()[o] < kLeastZeroPoint || zeroPoints.i32()[o] > kMostZeroPoint)
      throw PlanError(noZeroPointText(weights));
  }
}

void WeightClipping::clear(float* gradients, ThreadPool& pool) const {
  const int64_t size = weights_.perOutput();
  pool.parallelFor(weights_.indices.shape[0], 1 + 4096 / size, [&](int64_t begin, int64_t end, int) {
    constexpr int64_t kBlock = 512;
    uint8_t codes[kBlock], inside[kBlock];
    for (int64_t o = begin; o < end; ++o) {
      const Requantize to = quantizer({weights_.scales.f32()[o], weights_.zeroPoints.i32()[o]},
                                      spec_.isSigned, spec_.lo, spec_.hi);
      for (int64_t first = 0; first < size; first += kBlock) {
        const int64_t count = std::min(kBlock, size - first);
        float* block = gradients + o * size + first;
        kernels().quantizeMasked(spec_.values.f32() + o * size + first, count, to, codes, inside);
        for (int64_t i = 0; i < count; ++i) block[i] = inside[i] != 0 ? block[i] : 0.0f;
      }
    }
  });
}

}  // namespace approxtorch::lut
