#pragma once

#include <vector>

#include "../../../native/spec/quantized_weights_spec.h"

namespace approxtorch::cuda {

// The weights' zero points, which must be constant. Throws PlanError where one is no code.
std::vector<int32_t> constantZeroPoints(const lut::QuantizedWeights& weights);

}  // namespace approxtorch::cuda
