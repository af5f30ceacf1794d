// A plane in the order of WindowLayout: with its padding and divided by the strides' phases, so that one tap
// of all outputs is one run of consecutive values, across the ends of rows, too.
#pragma once

#include <cstdint>

#include "window_layout.h"

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

inline void fill(float* x, int64_t count, float value) {
  for (int64_t i = 0; i < count; ++i) x[i] = value;
}

// The plane from its phases; what no window reaches is 0.
inline void mergePlane(const WindowLayout& layout, const float* phases, float* x) {
  const PlaneWindow& w = layout.window;
  const int64_t phaseSize = layout.rows * layout.pitch;
  for (int64_t y = 0; y < w.height; ++y, x += w.width) {
    const int64_t row = (y + w.padTop) / w.strideH;
    if (row >= layout.rows) {
      fill(x, w.width, 0.0f);
      continue;
    }
    const float* source = phases + (y + w.padTop) % w.strideH * w.strideW * phaseSize + row * layout.pitch;
    if (w.strideW == 1) {
      const int64_t reached = layout.pitch - w.padLeft;
      const int64_t count = reached < 0 ? 0 : reached < w.width ? reached : w.width;
      for (int64_t i = 0; i < count; ++i) x[i] = source[w.padLeft + i];
      fill(x + count, w.width - count, 0.0f);
      continue;
    }
    for (int64_t first = 0; first < w.strideW && first < w.width; ++first) {
      const float* phase = source + (first + w.padLeft) % w.strideW * phaseSize;
      int64_t column = (first + w.padLeft) / w.strideW;
      for (int64_t i = first; i < w.width; i += w.strideW, ++column) {
        x[i] = column < layout.pitch ? phase[column] : 0.0f;
      }
    }
  }
}

}  // namespace
}  // namespace approxtorch
