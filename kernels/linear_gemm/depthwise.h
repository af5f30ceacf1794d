// Convolutions whose groups have a single input channel, and their gradients.
#pragma once

#include "convolution.h"

namespace approxtorch::cuda {

std::unique_ptr<LinearOp> depthwiseConvolution(const ConvShape& shape);
std::unique_ptr<LinearOp> depthwiseInputGradient(const ConvShape& shape);
std::unique_ptr<LinearOp> depthwiseWeightGradient(const ConvShape& shape);

}  // namespace approxtorch::cuda
