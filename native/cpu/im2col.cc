#include "im2col.h"

#include <algorithm>
#include <cstring>

namespace approxtorch {
namespace {

inline int64_t divideUp(int64_t a, int64_t b) { return a >= 0 ? (a + b - 1) / b : -(-a / b); }

// A run that fills its row; the usual widths have their own copy of constant size.
inline void copyRow(float* to, const float* from, int64_t width) {
  switch (width) {
    case 32:
      std::memcpy(to, from, 32 * sizeof(float));
      break;
    case 16:
      std::memcpy(to, from, 16 * sizeof(float));
      break;
    default:
      std::memcpy(to, from, static_cast<size_t>(width) * sizeof(float));
  }
}

}  // namespace

void PanelTaps::locate(const ConvShape& s, int64_t first, int64_t count, int64_t width) {
  width_ = width;
  rows_.clear();
  for (int64_t done = 0; done < count;) {
    const int64_t image = (first + done) / s.outPlane();
    const int64_t position = (first + done) % s.outPlane();
    const int64_t ox = position % s.outWidth;
    const int64_t length = std::min(count - done, s.outWidth - ox);
    rows_.push_back({image * s.channels * s.height, position / s.outWidth * s.strideH - s.padTop,
                     ox * s.strideW - s.padLeft, done, length});
    done += length;
  }
  taps_.clear();
  for (int64_t ky = 0; ky < s.kernelH; ++ky) {
    for (int64_t kx = 0; kx < s.kernelW; ++kx) {
      for (const Row& row : rows_) {
        const int64_t iy = row.iy + ky * s.dilationH;
        const int64_t ix = row.ix + kx * s.dilationW;
        if (iy < 0 || iy >= s.height) {
          taps_.push_back({0, row.column, row.column});
          continue;
        }
        // Of the row's columns i those with 0 ≤ ix + i·stride < width.
        const int64_t left = s.strideW == 1 ? -ix : divideUp(-ix, s.strideW);
        const int64_t right = s.strideW == 1 ? s.width - ix : divideUp(s.width - ix, s.strideW);
        const int64_t begin = std::clamp<int64_t>(left, 0, row.length);
        const int64_t end = std::clamp<int64_t>(right, begin, row.length);
        const int64_t source = (row.image + iy) * s.width + ix + begin * s.strideW;
        taps_.push_back({source, row.column + begin, row.column + end});
      }
    }
  }
}

void PanelTaps::pack(const ConvShape& s, const float* x, int64_t begin, int64_t end, float* panel) const {
  const int64_t plane = s.height * s.width;
  const auto runs = static_cast<int64_t>(rows_.size());
  for (int64_t k = begin; k < end; ++k, panel += width_) {
    const float* channel = x + k / s.taps() * plane;
    const Run* tap = taps_.data() + k % s.taps() * runs;
    if (runs == 1 && tap->end - tap->begin == width_ && s.strideW == 1) {
      copyRow(panel, channel + tap->source, width_);
      continue;
    }
    int64_t column = 0;
    for (int64_t r = 0; r < runs; ++r) {
      const Run& run = tap[r];
      for (; column < run.begin; ++column) panel[column] = 0.0f;
      if (run.begin == run.end) continue;
      const float* source = channel + run.source;
      if (s.strideW == 1) {
        for (; column < run.end; ++column) panel[column] = *source++;
      } else {
        for (; column < run.end; ++column, source += s.strideW) panel[column] = *source;
      }
    }
    for (; column < width_; ++column) panel[column] = 0.0f;
  }
}

}  // namespace approxtorch
