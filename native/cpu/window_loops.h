// Windows that move over one plane: depthwise convolution and pooling. The plane is first copied with its
// padding and divided by the strides' phases, so that one tap of all outputs is one run of consecutive
// values, across the ends of rows, too. Compiled once per ISA by float_loops.h.
#pragma once

#include <cstdint>

#include "reduction_loops.h"

namespace approxtorch {
namespace {

#if defined(__AVX512F__)
constexpr int kVector = 16;
#elif defined(__AVX2__)
constexpr int kVector = 8;
#else
constexpr int kVector = 4;
#endif
typedef float Vector __attribute__((vector_size(kVector * sizeof(float))));
typedef float Unaligned __attribute__((vector_size(kVector * sizeof(float)), aligned(4), may_alias));

// Vectors that are computed at a time: enough to hide the latency of an addition.
constexpr int kVectors = 4;
static_assert(kVector * kVectors <= kWindowSlack, "the last step may pass the end by so much");

inline int64_t divideUpSigned(int64_t a, int64_t b) { return a >= 0 ? (a + b - 1) / b : -(-a / b); }

// The plane by phases: [strideH][strideW][rows][pitch], padding filled with `fill`.
inline void splitPlane(const WindowLayout& layout, const float* x, float fill, float* phases) {
  const PlaneWindow& w = layout.window;
  for (int64_t py = 0; py < w.strideH; ++py) {
    for (int64_t px = 0; px < w.strideW; ++px) {
      // The columns q with 0 ≤ q·stride + offset < width.
      const int64_t offset = px - w.padLeft;
      const int64_t left = divideUpSigned(-offset, w.strideW);
      const int64_t right = divideUpSigned(w.width - offset, w.strideW);
      const int64_t begin = left < 0 ? 0 : left > layout.pitch ? layout.pitch : left;
      const int64_t end = right < begin ? begin : right > layout.pitch ? layout.pitch : right;
      for (int64_t r = 0; r < layout.rows; ++r, phases += layout.pitch) {
        const int64_t y = r * w.strideH + py - w.padTop;
        if (y < 0 || y >= w.height || begin == end) {
          for (int64_t q = 0; q < layout.pitch; ++q) phases[q] = fill;
          continue;
        }
        const float* row = x + y * w.width + offset;
        for (int64_t q = 0; q < begin; ++q) phases[q] = fill;
        if (w.strideW == 1) {
          for (int64_t q = begin; q < end; ++q) phases[q] = row[q];
        } else if (w.strideW == 2) {
          for (int64_t q = begin; q < end; ++q) phases[q] = row[2 * q];
        } else {
          for (int64_t q = begin; q < end; ++q) phases[q] = row[q * w.strideW];
        }
        for (int64_t q = end; q < layout.pitch; ++q) phases[q] = fill;
      }
    }
  }
  for (int64_t i = 0; i < kWindowSlack; ++i) phases[i] = fill;
}

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

// The value of a window without taps, as onnxruntime has it.
constexpr float kLowest = -__FLT_MAX__;

void maximumPlaneLoop(const WindowLayout& layout, const float* x, float* y, float* work) {
  const int64_t width = layout.window.outWidth;
  foldPlane(layout, x, nullptr, kLowest, kLowest, work, Greater(), [&](int64_t oy, const float* row) {
    for (int64_t i = 0; i < width; ++i) y[oy * width + i] = row[i];
  });
}

}  // namespace
}  // namespace approxtorch
