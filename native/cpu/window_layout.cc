#include "window_layout.h"

#include <algorithm>

namespace approxtorch {

WindowLayout::WindowLayout(const PlaneWindow& w) : window(w) {
  constexpr int64_t kBlock = 2048;  // outputs: 8 kB, which stay in the first cache
  const int64_t reachH = (w.outHeight - 1) * w.strideH + (w.kernelH - 1) * w.dilationH + 1;
  const int64_t reachW = (w.outWidth - 1) * w.strideW + (w.kernelW - 1) * w.dilationW + 1;
  rows = (reachH + w.strideH - 1) / w.strideH;
  pitch = (reachW + w.strideW - 1) / w.strideW;
  blockRows = std::clamp<int64_t>(kBlock / pitch, 1, w.outHeight);
  for (int64_t ky = 0; ky < w.kernelH; ++ky) {
    for (int64_t kx = 0; kx < w.kernelW; ++kx) {
      const int64_t y = ky * w.dilationH;
      const int64_t x = kx * w.dilationW;
      const int64_t phase = y % w.strideH * w.strideW + x % w.strideW;
      offsets.push_back((phase * rows + y / w.strideH) * pitch + x / w.strideW);
    }
  }
}

}  // namespace approxtorch
