// The order in which the loops of windows keep a plane.
#pragma once

#include <cstdint>
#include <vector>

#include "../spec/plane_window.h"

namespace approxtorch {

constexpr int64_t kWindowSlack = 64;  // floats that a loop may read and write behind its last one

// The order in which window_phases.h keeps a plane: one plane of rows × pitch per phase of the
// strides, the padding included. There the output i = oy·pitch + ox reads i + offsets[t] for the tap t.
struct WindowLayout {
  PlaneWindow window;
  int64_t rows, pitch;
  int64_t blockRows;  // output rows that are computed at a time
  std::vector<int64_t> offsets;

  explicit WindowLayout(const PlaneWindow& window);
  int64_t phaseFloats() const { return window.strideH * window.strideW * rows * pitch + kWindowSlack; }
  // Size of the loops' working memory.
  int64_t workFloats() const { return phaseFloats() + blockRows * pitch + kWindowSlack; }
  // Of the loops of window_gradient_loops.h, which also write where a row of windows passes the last phase.
  int64_t gradientFloats() const {
    return 2 * (phaseFloats() + pitch) + 2 * (blockRows * pitch + kWindowSlack);
  }
};

}  // namespace approxtorch
