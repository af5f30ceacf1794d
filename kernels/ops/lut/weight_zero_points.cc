#include "weight_zero_points.h"

#include "../../plan/memory.h"

namespace approxtorch::cuda {

std::vector<int32_t> constantZeroPoints(const lut::QuantizedWeights& weights) {
  std::vector<int32_t> values(static_cast<size_t>(weights.zeroPoints.count()));
  check(cudaMemcpy(values.data(), weights.zeroPoints.data, values.size() * sizeof(int32_t),
                   cudaMemcpyDeviceToHost),
        "the zero points of a layer");
  for (const int32_t value : values) {
    if (value < lut::kLeastZeroPoint || value > lut::kMostZeroPoint) {
      throw PlanError(lut::noZeroPointText(weights));
    }
  }
  return values;
}

}  // namespace approxtorch::cuda
