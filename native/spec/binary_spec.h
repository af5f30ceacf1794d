// Functions of two elements, with broadcasting as numpy does it.
#pragma once

#include "broadcast.h"
#include "clamp.h"
#include "pointwise_kinds.h"

namespace approxtorch {

// y = clamp(f(a, b))
struct BinarySpec {
  const Tensor& a;
  const Tensor& b;
  Tensor& y;
  BroadcastWalk walk;
  Binary kind;
  Clamp clamp;
};

BinarySpec readAdd(OpSpec& spec);
BinarySpec readSub(OpSpec& spec);
BinarySpec readMul(OpSpec& spec);
BinarySpec readDiv(OpSpec& spec);
BinarySpec readPRelu(OpSpec& spec);

}  // namespace approxtorch
