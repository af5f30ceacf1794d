// Ops whose output repeats elements of the input, axis by axis: Pad, Slice and their gradients.
#pragma once

#include <vector>

#include "../plan/op_spec.h"

namespace approxtorch {

constexpr int64_t kOutside = -1;

// For every axis, for every index of an axis of y, the index of x that it repeats, or kOutside.
using AxisSources = std::vector<std::vector<int64_t>>;

// Reads `begins` and `mode` of a Pad of x to y. Throws where they do not fit.
AxisSources readPadSources(OpSpec& spec, const Tensor& x, const Tensor& y);

// One axis of a Slice: the index `start` + i·`step` of x is the index i of y.
struct SliceAxis {
  int64_t start, step;
};

// Reads `starts` and `steps` of a Slice of x to y. Throws where they reach outside of x.
std::vector<SliceAxis> readSliceAxes(OpSpec& spec, const Tensor& x, const Tensor& y);

}  // namespace approxtorch
