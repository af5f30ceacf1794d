// LRN, across channels, and its gradient.
#pragma once

#include "../plan/op_spec.h"
#include "channel_layout.h"

namespace approxtorch {

// y[c] = x[c] / (bias + scale · Σ x[c']²)^beta, c' from c − before to c + after
struct LrnParameters {
  int64_t before, after;
  float scale, beta, bias;
};

struct LrnSpec {
  const Tensor& x;
  Tensor& y;
  ChannelLayout layout;
  LrnParameters parameters;
};

struct LrnGradientSpec {
  const Tensor& g;
  const Tensor& x;
  Tensor& dx;
  ChannelLayout layout;
  LrnParameters parameters;
};

LrnSpec readLrn(OpSpec& spec);
LrnGradientSpec readLrnGradient(OpSpec& spec);

}  // namespace approxtorch
