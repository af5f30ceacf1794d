// Which elements of an image, and which weights, a convolution's sums are made of.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>
#include <vector>

#include "../../native/spec/conv_shape.h"

namespace approxtorch::cuda {

// A term of a sum: the image's element (y, x) of some channel, relative to the position, times a weight.
struct alignas(16) Tap {
  int32_t offset;  // of the element from the position in the group's first channel
  int32_t y, x;
  int32_t weight;  // its offset from the first weight of the sum's row
};

// The positions of a result's plane that the same taps reach: every strideY-th row from y on, likewise
// columns.
struct Phase {
  int32_t firstTap, taps;
  int32_t y, x;
  int32_t rows, columns;
};

struct TapLists {
  std::vector<Phase> phases;  // none has more positions than the first one
  std::vector<Tap> taps;      // of all phases
};

// Kernels read zeros behind the taps in place of elements that lie outside of an image.
std::vector<Tap> endedByZeros(std::vector<Tap> taps);
// A single phase.
TapLists forwardTaps(const ConvShape& shape);
// The image is the output's gradient, and the positions are those of the input: with strides, those of one
// remainder share their taps.
TapLists inputGradientTaps(const ConvShape& shape);

}  // namespace approxtorch::cuda
