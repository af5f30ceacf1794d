#pragma once

#include "convolution.h"

namespace approxtorch::cuda {

std::unique_ptr<LinearOp> patchConvolution(const ConvShape& shape);
std::unique_ptr<LinearOp> patchInputGradient(const ConvShape& shape);

}  // namespace approxtorch::cuda
