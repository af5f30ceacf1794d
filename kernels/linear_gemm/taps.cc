#include "taps.h"

#include <algorithm>

namespace approxtorch::cuda {
namespace {

int32_t narrow(int64_t value) { return static_cast<int32_t>(value); }

// A tap along one axis: its number, and the row (or column) of the output that it belongs to, less the
// position's number in its phase.
struct AxisTap {
  int64_t tap, row;
};

std::vector<AxisTap> axisTaps(int64_t first, int64_t padding, int64_t kernel, int64_t dilation,
                              int64_t stride) {
  std::vector<AxisTap> taps;
  for (int64_t tap = 0; tap < kernel; ++tap) {
    const int64_t reach = first + padding - tap * dilation;
    if (reach % stride == 0) taps.push_back({tap, reach / stride});
  }
  return taps;
}

}  // namespace

std::vector<Tap> endedByZeros(std::vector<Tap> taps) {
  taps.push_back({0, 0, 0, 0});
  return taps;
}

TapLists forwardTaps(const ConvShape& s) {
  TapLists lists;
  lists.taps.reserve(static_cast<size_t>(s.depth()));
  for (int64_t c = 0; c < s.groupChannels(); ++c) {
    for (int64_t tap = 0; tap < s.taps(); ++tap) {
      const int64_t y = tap / s.kernelW * s.dilationH, x = tap % s.kernelW * s.dilationW;
      lists.taps.push_back({narrow(c * s.plane() + y * s.width + x), narrow(y), narrow(x),
                            narrow(static_cast<int64_t>(lists.taps.size()))});
    }
  }
  lists.phases.push_back(
      {0, narrow(static_cast<int64_t>(lists.taps.size())), 0, 0, narrow(s.outHeight), narrow(s.outWidth)});
  return lists;
}

TapLists inputGradientTaps(const ConvShape& s) {
  TapLists lists;
  for (int64_t y = 0; y < std::min(s.height, s.strideH); ++y) {
    const std::vector<AxisTap> rows = axisTaps(y, s.padTop, s.kernelH, s.dilationH, s.strideH);
    for (int64_t x = 0; x < std::min(s.width, s.strideW); ++x) {
      const std::vector<AxisTap> columns = axisTaps(x, s.padLeft, s.kernelW, s.dilationW, s.strideW);
      const auto first = static_cast<int64_t>(lists.taps.size());
      for (int64_t o = 0; o < s.groupOutputs(); ++o) {
        for (const AxisTap& row : rows) {
          for (const AxisTap& column : columns) {
            lists.taps.push_back({narrow(o * s.outPlane() + row.row * s.outWidth + column.row),
                                  narrow(row.row), narrow(column.row),
                                  narrow(o * s.depth() + row.tap * s.kernelW + column.tap)});
          }
        }
      }
      lists.phases.push_back({narrow(first), narrow(static_cast<int64_t>(lists.taps.size()) - first),
                              narrow(y), narrow(x), narrow((s.height - y + s.strideH - 1) / s.strideH),
                              narrow((s.width - x + s.strideW - 1) / s.strideW)});
    }
  }
  return lists;
}

}  // namespace approxtorch::cuda
