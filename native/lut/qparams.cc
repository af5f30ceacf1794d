#include "qparams.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace approxtorch::lut {

ActivationQuantization quantizationOf(const ValueRange& range, bool isSigned, int64_t bits,
                                      const std::string& tensor) {
  ScaleAndZero found;
  if (!range.finite || !scaleAndZeroOf(range.low, range.high, isSigned, static_cast<int>(bits), found)) {
    throw PlanError(noRangeText(tensor));
  }
  return {found.scale, static_cast<int32_t>(found.zeroPoint)};
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
    if (!sound) throw PlanError(noQParamsText(qparams));
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
