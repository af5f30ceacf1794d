// Ops whose output repeats elements of the input, axis by axis: Pad, Slice and their gradients.
#pragma once

#include <vector>

#include "../plan/op_spec.h"

namespace approxtorch {

constexpr int64_t kOutside = -1;

// For every axis, for every index of an axis of y, the index of x that it repeats, or kOutside.
using AxisSources = std::vector<std::vector<int64_t>>;

struct PadSpec {
  const Tensor& x;
  Tensor& y;
  AxisSources axes;
  float value;  // of what is outside
};

PadSpec readPad(OpSpec& spec);

// One axis of a Slice: the index `start` + i·`step` of x is the index i of y.
struct SliceAxis {
  int64_t start, step;
};

// Reads `starts` and `steps` of a Slice of x to y. Throws where they reach outside of x.
std::vector<SliceAxis> readSliceAxes(OpSpec& spec, const Tensor& x, const Tensor& y);

// Every element of dX is the sum over the elements of G that repeat it.
struct RepetitionGradientSpec {
  const Tensor& g;
  Tensor& dx;
  AxisSources axes;
};

RepetitionGradientSpec readSliceGradient(OpSpec& spec);
RepetitionGradientSpec readPadGradient(OpSpec& spec);

// For every index of an axis of x the indices of y that repeat it, from outputs[first[i]] to
// outputs[first[i + 1]] in their order.
struct Repetitions {
  std::vector<int64_t> first, outputs;

  // inputs: the size of the axis of x
  Repetitions(const std::vector<int64_t>& sources, int64_t inputs);
};

}  // namespace approxtorch
