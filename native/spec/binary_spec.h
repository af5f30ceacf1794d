// Functions of two elements, with broadcasting as numpy does it, and the gradient of PRelu.
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

// The gradients of x and, before its sum, of the slope; all but the slope have the shape of x.
struct PReluGradientSpec {
  const Tensor& g;
  const Tensor& x;
  const Tensor& slope;
  Tensor& dx;
  Tensor& dslope;
  BroadcastWalk walk;  // over x and the slope
};

PReluGradientSpec readPReluGradient(OpSpec& spec);

}  // namespace approxtorch
