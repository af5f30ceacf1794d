// Expand: the gradient of sums and means over axes.
#pragma once

#include "broadcast.h"

namespace approxtorch {

// y = x·scale, x broadcast to the shape of y
struct ExpandSpec {
  const Tensor& x;
  Tensor& y;
  BroadcastWalk walk;
  float scale;
};

ExpandSpec readExpand(OpSpec& spec);

}  // namespace approxtorch
