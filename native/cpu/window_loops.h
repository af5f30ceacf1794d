// Windows that move over one plane: depthwise convolution and pooling. The plane is first copied as
// window_phases.h says. Compiled once per ISA by float_loops.h.
#pragma once

#include <cstdint>

#include "../math/pooling.h"
#include "../math/vector_math.h"
#include "window_phases.h"

namespace approxtorch {
namespace {

// out[i] = start combined with all taps of the output i, for consecutive outputs of the pitch.
template <class Combine>
inline void foldTaps(const WindowLayout& layout, const float* phases, const float* taps, float start,
                     int64_t count, float* out, Combine combine) {
  const int64_t tapCount = layout.window.kernelH * layout.window.kernelW;
  for (int64_t i = 0; i < count; i += kVectors * kVector) {
    Vector acc[kVectors];
    for (int v = 0; v < kVectors; ++v) acc[v] = start - Vector{};
    for (int64_t t = 0; t < tapCount; ++t) {
      const float* source = phases + layout.offsets[t] + i;
      const float tap = taps == nullptr ? 0.0f : taps[t];
      for (int v = 0; v < kVectors; ++v) {
        acc[v] = combine(acc[v], *reinterpret_cast<const Unaligned*>(source + v * kVector), tap);
      }
    }
    for (int v = 0; v < kVectors; ++v) *reinterpret_cast<Unaligned*>(out + i + v * kVector) = acc[v];
  }
}

// Folds the windows of the plane; finish(oy, row) takes every finished row of outputs.
template <class Combine, class Finish>
inline void foldPlane(const WindowLayout& layout, const float* x, const float* taps, float start, float fill,
                      float* work, Combine combine, Finish finish) {
  const int64_t outHeight = layout.window.outHeight;
  float* out = work + layout.phaseFloats();
  splitPlane(layout, x, fill, work);
  for (int64_t first = 0; first < outHeight; first += layout.blockRows) {
    const int64_t rest = outHeight - first;
    const int64_t rows = rest < layout.blockRows ? rest : layout.blockRows;
    foldTaps(layout, work + first * layout.pitch, taps, start, rows * layout.pitch, out, combine);
    for (int64_t r = 0; r < rows; ++r) finish(first + r, out + r * layout.pitch);
  }
}

struct MultiplyAdd {
  Vector operator()(Vector acc, Vector x, float tap) const { return acc + tap * x; }
};
struct Add {
  Vector operator()(Vector acc, Vector x, float) const { return acc + x; }
};
struct Greater {
  // NaN passes: a NaN in acc is not less or equal, and one in x makes the second comparison false.
  Vector operator()(Vector acc, Vector x, float) const {
    const Vector larger = x <= acc ? acc : x;
    return acc == acc ? larger : acc;
  }
};

void depthwisePlaneLoop(const WindowLayout& layout, const float* x, const float* taps, float bias,
                        Clamp clamp, float* y, float* work) {
  const int64_t width = layout.window.outWidth;
  foldPlane(layout, x, taps, bias, 0.0f, work, MultiplyAdd(), [&](int64_t oy, const float* row) {
    for (int64_t i = 0; i < width; ++i) y[oy * width + i] = clamped(row[i], clamp);
  });
}

void averagePlaneLoop(const WindowLayout& layout, const float* x, const float* rows, const float* columns,
                      float* y, float* work) {
  const int64_t width = layout.window.outWidth;
  foldPlane(layout, x, nullptr, 0.0f, 0.0f, work, Add(), [&](int64_t oy, const float* row) {
    for (int64_t i = 0; i < width; ++i) y[oy * width + i] = row[i] / (rows[oy] * columns[i]);
  });
}

void maximumPlaneLoop(const WindowLayout& layout, const float* x, float* y, float* work) {
  const int64_t width = layout.window.outWidth;
  foldPlane(layout, x, nullptr, kLowest, kLowest, work, Greater(), [&](int64_t oy, const float* row) {
    for (int64_t i = 0; i < width; ++i) y[oy * width + i] = row[i];
  });
}

}  // namespace
}  // namespace approxtorch
