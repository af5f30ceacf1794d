// float32 convolution as a matrix product over columns that are made tile by tile.
#pragma once

#include "../plan/op.h"
#include "float_kernels.h"
#include "im2col.h"

namespace approxtorch {

struct ConvProblem {
  ConvShape shape;
  const float* x;
  const float* weights;  // [outputs, groupChannels, kernelH, kernelW]
  const float* bias;     // [outputs] or null
  float* y;
  Clamp clamp;
};

// y = clamp(conv(x) + bias). Working memory per thread: about 1 MB, whatever the batch.
void convolve(RunContext& context, const ConvProblem& problem);

// The same where every group has a single input channel: plane by plane, without columns. `layout` is that of
// the problem's window.
void convolveDepthwise(RunContext& context, const ConvProblem& problem, const WindowLayout& layout);

}  // namespace approxtorch
