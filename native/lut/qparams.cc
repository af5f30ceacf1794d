#include "qparams.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace approxtorch::lut {

ActivationQuantization quantizationOf(const ValueRange& range, bool isSigned, int64_t bits,
                                      const std::string& tensor) {
  const float top = static_cast<float>(isSigned ? (1 << (bits - 1)) - 1 : (1 << bits) - 1);
  const float width = isSigned ? std::max(-range.low, range.high) : range.high - range.low;
  if (!range.finite || !std::isfinite(width)) {
    throw PlanError("tensor '" + tensor + "' holds a NaN, an infinity or a range wider than float32 holds");
  }
  const float scale = width / top > 0.0f ? width / top : 1.0f;
  if (isSigned) return {scale, 0};
  return {scale, static_cast<int32_t>(std::min(std::max(std::nearbyint(-range.low / scale), 0.0f), top))};
}

void expectQParams(const OpSpec& spec, const Tensor& qparams, int64_t batch) {
  spec.expectRank(qparams, 2, 2);
  if (qparams.shape[1] != 2 || batch % qparams.shape[0] != 0) {
    spec.fail("'" + qparams.name + "' " + shapeText(qparams.shape) + " does not fit a batch of " +
              std::to_string(batch));
  }
}

std::vector<ActivationQuantization> readQParams(const Tensor& qparams, bool isSigned, int indexLo,
                                                int indexHi) {
  std::vector<ActivationQuantization> result;
  for (int64_t s = 0; s < qparams.shape[0]; ++s) {
    const float scale = qparams.f32()[2 * s];
    const float zeroPoint = qparams.f32()[2 * s + 1];
    const float index = zeroPoint - static_cast<float>(firstOperand(isSigned));
    const bool sound = std::isfinite(scale) && scale > 0 && index >= static_cast<float>(indexLo) &&
                       index <= static_cast<float>(indexHi) && index == std::floor(index);
    if (!sound) throw PlanError("'" + qparams.name + "' holds no quantization parameters");
    result.push_back({scale, static_cast<int32_t>(zeroPoint)});
  }
  return result;
}

Requantize quantizer(const ActivationQuantization& quantization, bool isSigned, int indexLo, int indexHi) {
  const int32_t zeroIndex = quantization.zeroPoint - firstOperand(isSigned);
  return {quantization.scale, static_cast<float>(indexLo - zeroIndex),
          static_cast<float>(indexHi - zeroIndex), zeroIndex};
}

void fillWithZeroPoint(Tensor& codes, const std::vector<Requantize>& sets, ThreadPool& pool) {
  const int64_t count = static_cast<int64_t>(sets.size());
  const int64_t bytes = codes.bytes() / count;
  pool.parallelFor(codes.shape[0], 1, [&](int64_t begin, int64_t end, int) {
    const int64_t image = codes.bytes() / codes.shape[0];
    for (int64_t n = begin; n < end; ++n) {
      std::memset(codes.u8() + n * image, sets[static_cast<size_t>(n * image / bytes)].offset,
                  static_cast<size_t>(image));
    }
  });
}

}  // namespace approxtorch::lut
