#pragma once

#include "convolution.h"

namespace approxtorch::cuda {

std::unique_ptr<LinearOp> tiledWeightGradient(const ConvShape& shape);

}  // namespace approxtorch::cuda
