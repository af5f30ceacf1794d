#pragma once

#include "../plan/op_spec.h"

namespace approxtorch {

struct DropoutSpec {
  const Tensor& x;
  const float* seed;
  Tensor& y;
  uint32_t salt;
  uint32_t threshold;  // ratio·2^32
  float scale;         // 1 / (1 − ratio)
};

DropoutSpec readDropout(OpSpec& spec);

}  // namespace approxtorch
