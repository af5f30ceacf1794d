// float32 convolution. Which way it is computed depends on the shape alone, as does the order of all sums.
#pragma once

#include <memory>

#include "../plan/op.h"
#include "../spec/conv_shape.h"
#include "float_kernels.h"

namespace approxtorch {

struct ConvOperands {
  const float* x;     // [batch, channels, height, width]
  const float* w;     // [outputs, groupChannels, kernelH, kernelW]
  const float* bias;  // [outputs] or null
  Clamp clamp;
  float* y;  // clamp(conv(x, w) + bias), [batch, outputs, outHeight, outWidth]
};

class Convolution {
 public:
  virtual ~Convolution() = default;
  virtual void run(RunContext& context, const ConvOperands& operands) = 0;
};

// Throws std::invalid_argument as checkWindow.
std::unique_ptr<Convolution> convolution(const ConvShape& shape);

}  // namespace approxtorch
