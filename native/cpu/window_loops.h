// Windows that move over one plane: depthwise convolution and pooling, one output row at a time, so that the
// inner loop runs along the row. Compiled once per ISA by float_loops.h.
#pragma once

#include <cstdint>

#include "reduction_loops.h"

namespace approxtorch {
namespace {

inline int64_t ceilDivide(int64_t a, int64_t b) { return a >= 0 ? (a + b - 1) / b : -(-a / b); }

// Outputs [begin, end) whose tap `offset` lies inside of [0, size): 0 ≤ o·stride + offset < size.
struct Interior {
  int64_t begin, end;
};

inline Interior interior(int64_t offset, int64_t stride, int64_t size, int64_t outputs) {
  int64_t begin = ceilDivide(-offset, stride);
  int64_t end = ceilDivide(size - offset, stride);
  begin = begin < 0 ? 0 : begin;
  end = end > outputs ? outputs : end;
  return {begin, end < begin ? begin : end};
}

// row[x] = combine(row[x], source[x·stride], tap), the stride a constant where it is a usual one.
template <class Combine>
inline void tapLoop(float* row, const float* source, int64_t count, int64_t stride, float tap,
                    Combine combine) {
  if (stride == 1) {
    for (int64_t x = 0; x < count; ++x) row[x] = combine(row[x], source[x], tap);
  } else if (stride == 2) {
    for (int64_t x = 0; x < count; ++x) row[x] = combine(row[x], source[2 * x], tap);
  } else {
    for (int64_t x = 0; x < count; ++x) row[x] = combine(row[x], source[stride * x], tap);
  }
}

// Folds all taps of output row `oy` into `row`.
template <class Combine>
inline void windowRow(const PlaneWindow& w, const float* plane, const float* taps, int64_t oy, float* row,
                      Combine combine) {
  for (int64_t ky = 0; ky < w.kernelH; ++ky) {
    const int64_t y = oy * w.strideH - w.padTop + ky * w.dilationH;
    if (y < 0 || y >= w.height) continue;
    for (int64_t kx = 0; kx < w.kernelW; ++kx) {
      const int64_t offset = kx * w.dilationW - w.padLeft;
      const Interior inside = interior(offset, w.strideW, w.width, w.outWidth);
      if (inside.begin == inside.end) continue;
      const float* source = plane + y * w.width + inside.begin * w.strideW + offset;
      tapLoop(row + inside.begin, source, inside.end - inside.begin, w.strideW,
              taps == nullptr ? 0.0f : taps[ky * w.kernelW + kx], combine);
    }
  }
}

struct MultiplyAdd {
  float operator()(float acc, float x, float tap) const { return acc + tap * x; }
};
struct Add {
  float operator()(float acc, float x, float) const { return acc + x; }
};
struct Greater {
  float operator()(float acc, float x, float) const { return Maximum()(acc, x); }
};

void depthwisePlaneLoop(const PlaneWindow& w, const float* x, const float* taps, float bias, Clamp clamp,
                        float* y) {
  for (int64_t oy = 0; oy < w.outHeight; ++oy) {
    float* row = y + oy * w.outWidth;
    for (int64_t i = 0; i < w.outWidth; ++i) row[i] = bias;
    windowRow(w, x, taps, oy, row, MultiplyAdd());
    for (int64_t i = 0; i < w.outWidth; ++i) row[i] = clamped(row[i], clamp);
  }
}

void averagePlaneLoop(const PlaneWindow& w, const float* x, const float* rows, const float* columns,
                      float* y) {
  for (int64_t oy = 0; oy < w.outHeight; ++oy) {
    float* row = y + oy * w.outWidth;
    for (int64_t i = 0; i < w.outWidth; ++i) row[i] = 0.0f;
    windowRow(w, x, nullptr, oy, row, Add());
    for (int64_t i = 0; i < w.outWidth; ++i) row[i] /= rows[oy] * columns[i];
  }
}

// Of a window without taps, as onnxruntime has it.
constexpr float kLowest = -__FLT_MAX__;

void maximumPlaneLoop(const PlaneWindow& w, const float* x, float* y) {
  for (int64_t oy = 0; oy < w.outHeight; ++oy) {
    float* row = y + oy * w.outWidth;
    for (int64_t i = 0; i < w.outWidth; ++i) row[i] = kLowest;
    windowRow(w, x, nullptr, oy, row, Greater());
  }
}

}  // namespace
}  // namespace approxtorch
