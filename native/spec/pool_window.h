// The windows of MaxPool and AveragePool.
#pragma once

#include <vector>

#include "common.h"
#include "plane_window.h"

namespace approxtorch {

struct PoolWindow {
  WindowSpec window;
  PlaneWindow plane;
};

// Reads `kernel`, `strides`, `pads` and `dilations` of a pooling of x [N,C,H,W] to y. Throws where they do
// not give the shape of y, with or without ceil_mode.
PoolWindow readPool(OpSpec& spec, const Tensor& x, const Tensor& y);

// The divisor of an average is rows[oy]·columns[ox]: the numbers of taps that count, along each axis.
struct AverageCounts {
  std::vector<float> rows, columns;
};

// Reads `countIncludePad`.
AverageCounts readAverageCounts(OpSpec& spec, const PoolWindow& pool);

}  // namespace approxtorch
