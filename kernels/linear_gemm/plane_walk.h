#pragma once

#include "fast_divide.h"

namespace approxtorch::cuda {

// Finds an element of [planes, height, width].
struct PlaneWalk {
  FastDivisor plane, width;

  PlaneWalk(int64_t height, int64_t width_) : plane(height * width_), width(width_) {}
  __device__ void find(int index, int& at, int& y, int& x) const {
    at = plane.quotient(index);
    const int inside = index - at * static_cast<int>(plane.divisor);
    y = width.quotient(inside);
    x = inside - y * static_cast<int>(width.divisor);
  }
};

}  // namespace approxtorch::cuda
