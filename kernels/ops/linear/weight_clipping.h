#pragma once

#include <cuda_runtime.h>

#include "../../../native/spec/layer_gradient_spec.h"

namespace approxtorch::cuda {

// Makes the gradients of the clipped weights 0.
void clearClippedWeights(cudaStream_t stream, const lut::QuantizedWeights& weights,
                         const lut::WeightClippingSpec& clipping, float* gradients);

}  // namespace approxtorch::cuda
