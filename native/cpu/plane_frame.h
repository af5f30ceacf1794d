// Planes of images copied with what lies around them, so that every tap of a window is a constant offset.
#pragma once

#include <algorithm>
#include <cstdint>

#include "indirect_kernels.h"

namespace approxtorch {

// A frame of rows × pitch around (or inside of) planes of height × width. Its place along the rows changes
// from copy to copy.
struct PlaneFrame {
  int64_t height, width;
  int64_t rows, pitch;
  int64_t left;  // the plane's column that is the frame's first

  // From one copied plane to the next: an odd number of cache lines, so that equal places of many planes do
  // not share one set of the cache.
  int64_t stride() const { return ((rows * pitch + 15) / 16 | 1) * 16; }
};

// Copies `count` planes into frames whose first row is the planes' row `top`; what lies outside of the planes
// gets the value `fill`. copy(rows, plane, row, column, to) copies rows of a plane from that place on.
// Behind the last frame kFrameSlack floats may be overwritten.
template <class Copy>
void copyFrames(const PlaneFrame& frame, int64_t top, int64_t count, float fill, float* to, Copy copy) {
  const int64_t begin = std::clamp<int64_t>(-frame.left, 0, frame.pitch);
  const int64_t end = std::clamp<int64_t>(frame.width - frame.left, begin, frame.pitch);
  const int64_t firstRow = begin == end ? frame.rows : std::clamp<int64_t>(-top, 0, frame.rows);
  const int64_t lastRow = std::clamp<int64_t>(frame.height - top, firstRow, frame.rows);
  const FrameRows rows{lastRow - firstRow, end - begin, frame.pitch, fill};
  for (int64_t plane = 0; plane < count; ++plane, to += frame.stride()) {
    float* const last = to + frame.rows * frame.pitch;
    if (firstRow == lastRow) {
      std::fill(to, last, fill);
      continue;
    }
    float* const first = to + firstRow * frame.pitch + begin;
    std::fill(to, first, fill);
    copy(rows, plane, top + firstRow, frame.left + begin, first);
    std::fill(to + lastRow * frame.pitch, last, fill);
  }
}

// Dense planes with zeros around them.
inline void copyFrames(const PlaneFrame& frame, int64_t top, int64_t count, const float* planes, float* to) {
  copyFrames(frame, top, count, 0.0f, to,
             [&](const FrameRows& rows, int64_t plane, int64_t row, int64_t column, float* target) {
               const float* from = planes + (plane * frame.height + row) * frame.width + column;
               const int64_t length = rows.count * rows.pitch;
               const FrameRows oneRow{1, length, length, rows.fill};
               const bool dense = rows.length == frame.width && rows.length == rows.pitch;
               indirectKernels().copyRows(dense ? oneRow : rows, from, frame.width, target);
             });
}

}  // namespace approxtorch
