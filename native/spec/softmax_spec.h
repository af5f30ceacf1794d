// Softmax and LogSoftmax, and their gradients.
#pragma once

#include "../plan/op_spec.h"

namespace approxtorch {

// A tensor as [outer, size, inner], where the softmax goes along `size`.
struct SoftmaxAxis {
  int64_t outer, size, inner;
};

struct SoftmaxSpec {
  const Tensor& x;
  Tensor& y;
  SoftmaxAxis axis;
  bool logarithm;
};

SoftmaxSpec readSoftmax(OpSpec& spec);
SoftmaxSpec readLogSoftmax(OpSpec& spec);

struct SoftmaxGradientSpec {
  const Tensor& g;
  const Tensor& y;
  Tensor& dx;
  SoftmaxAxis axis;
  bool logarithm;
};

SoftmaxGradientSpec readSoftmaxGradient(OpSpec& spec);
SoftmaxGradientSpec readLogSoftmaxGradient(OpSpec& spec);

}  // namespace approxtorch
