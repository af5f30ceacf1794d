#include "pool_window.h"

#include <algorithm>

namespace approxtorch {
namespace {

// Taps within [low, high) of each window along one axis.
std::vector<float> countTaps(int64_t outputs, int64_t stride, int64_t padding, int64_t kernel,
                             int64_t dilation, int64_t low, int64_t high) {
  std::vector<float> counts;
  for (int64_t o = 0; o < outputs; ++o) {
    const int64_t first = o * stride - padding;
    int64_t count = 0;
    for (int64_t k = 0; k < kernel; ++k) {
      const int64_t position = first + k * dilation;
      if (position >= low && position < high) ++count;
    }
    counts.push_back(static_cast<float>(std::max<int64_t>(1, count)));  // the sum of no taps is 0
  }
  return counts;
}

PlaneWindow planeWindow(const OpSpec& spec, const WindowSpec& w, const Shape& x, const Shape& y) {
  constexpr int64_t kMaxSide = 1 << 16;
  constexpr int64_t kMaxPlane = 1 << 26;  // 256 MB; a thread of the CPU engine works on a copy of one plane
  const int64_t paddedHeight = x[2] + w.padTop + w.padBottom + w.strideH;
  const int64_t paddedWidth = x[3] + w.padLeft + w.padRight + w.strideW;
  if (std::max(paddedHeight, paddedWidth) > kMaxSide || paddedHeight * paddedWidth > kMaxPlane) {
    spec.fail("the padded image is too large");
  }
  return {x[2],      x[3],      y[2],        y[3],        w.kernelH, w.kernelW,
          w.strideH, w.strideW, w.dilationH, w.dilationW, w.padTop,  w.padLeft};
}

}  // namespace

PoolWindow readPool(OpSpec& spec, const Tensor& x, const Tensor& y) {
  spec.expectRank(x, 4, 4);
  spec.expectRank(y, 4, 4);
  const std::vector<int64_t> kernel = spec.attributes.integers("kernel", 2, 1, kMaxWindow);
  const WindowSpec w = readWindow(spec, kernel[0], kernel[1]);
  const WindowCount rows =
      windowCount(spec, x.shape[2], w.padTop + w.padBottom, w.kernelH, w.strideH, w.dilationH);
  const WindowCount columns =
      windowCount(spec, x.shape[3], w.padLeft + w.padRight, w.kernelW, w.strideW, w.dilationW);
  // With ceil_mode the last window may run past the padded edge; one that begins there may be left out.
  const auto fits = [](int64_t size, WindowCount count) { return size >= count.floor && size <= count.ceil; };
  spec.expectShape(y, {x.shape[0], x.shape[1], fits(y.shape[2], rows) ? y.shape[2] : rows.floor,
                       fits(y.shape[3], columns) ? y.shape[3] : columns.floor});
  return {w, planeWindow(spec, w, x.shape, y.shape)};
}

AverageCounts readAverageCounts(OpSpec& spec, const PoolWindow& pool) {
  const WindowSpec& w = pool.window;
  const PlaneWindow& plane = pool.plane;
  const bool includePad = spec.attributes.flag("countIncludePad");
  // Taps beyond the padded edge never count.
  return {countTaps(plane.outHeight, w.strideH, w.padTop, w.kernelH, w.dilationH, includePad ? -w.padTop : 0,
                    plane.height + (includePad ? w.padBottom : 0)),
          countTaps(plane.outWidth, w.strideW, w.padLeft, w.kernelW, w.dilationW, includePad ? -w.padLeft : 0,
                    plane.width + (includePad ? w.padRight : 0))};
}

}  // namespace approxtorch
