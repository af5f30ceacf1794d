// ReduceMean and ReduceSum over any axes.
#pragma once

#include <vector>

#include "../plan/op_spec.h"

namespace approxtorch {

struct ReduceAxis {
  int64_t size, stride;
};

int64_t countOf(const std::vector<ReduceAxis>& axes);

// y = Σ x / divisor
struct ReduceSpec {
  const Tensor& x;
  Tensor& y;
  // The input's axes, neighbours of a kind joined. The last axis, `row` elements long, is in neither: it is
  // reduced or kept as `reducesRows` says.
  std::vector<ReduceAxis> kept, reduced;
  int64_t row;
  bool reducesRows;
  float divisor;
};

ReduceSpec readReduceMean(OpSpec& spec);
ReduceSpec readReduceSum(OpSpec& spec);

}  // namespace approxtorch
