// Pointwise convolutions of one group as products of cuBLAS, and their gradients.
#pragma once

#include "convolution.h"

namespace approxtorch::cuda {

// All are null where the shape is another, or the own kernels are to be used.
std::unique_ptr<LinearOp> pointwiseConvolution(const ConvShape& shape);
std::unique_ptr<LinearOp> pointwiseInputGradient(const ConvShape& shape);
std::unique_ptr<LinearOp> pointwiseWeightGradient(const ConvShape& shape);

}  // namespace approxtorch::cuda
