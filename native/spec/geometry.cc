#include "geometry.h"

#include <stdexcept>

namespace approxtorch::lut {

std::vector<int32_t> ConvGeometry::reductionOffsets() const {
  std::vector<int32_t> offsets;
  offsets.reserve(static_cast<size_t>(reduction()));
  for (int64_t c = 0; c < groupChannels(); ++c) {
    for (int64_t ky = 0; ky < kernelH; ++ky) {
      for (int64_t kx = 0; kx < kernelW; ++kx) {
        offsets.push_back(static_cast<int32_t>(c * plane() + ky * dilationH * rowPitch() + kx * dilationW));
      }
    }
  }
  return offsets;
}

void ConvGeometry::positionOffsets(int64_t begin, int64_t end, int32_t* offsets) const {
  const int64_t origin = (halo[0] - pads[0]) * rowPitch() + halo[1] - pads[1];
  int64_t x = begin % outW;
  int64_t y = begin / outW % outH;
  int64_t n = begin / outPlane();
  for (int64_t m = begin; m < end; ++m) {
    *offsets++ =
        static_cast<int32_t>(n * channels * plane() + y * strideH * rowPitch() + x * strideW + origin);
    if (++x < outW) continue;
    x = 0;
    if (++y < outH) continue;
    y = 0;
    ++n;
  }
}

void ConvGeometry::validate() const {
  const auto require = [](bool holds, const char* message) {
    if (!holds) throw std::invalid_argument(message);
  };
  constexpr int64_t kLimit = INT32_MAX;
  for (const int64_t size : {batch, channels, height, width, outputs, groups, kernelH, kernelW, strideH,
                             strideW, dilationH, dilationW, outH, outW}) {
    require(size > 0 && size <= kLimit, "a dimension, stride or dilation is not positive");
  }
  for (int i = 0; i < 4; ++i) {
    require(pads[i] >= 0 && pads[i] <= halo[i] && halo[i] < (1 << 24), "the halo does not hold the padding");
  }
  require(channels % groups == 0 && outputs % groups == 0, "channels are not a multiple of the groups");
  require(height < (1 << 24) && width < (1 << 24), "an image dimension is too large");
  require(rowPitch() <= kLimit && plane() <= kLimit && channels <= kLimit / plane() &&
              batch <= kLimit / (channels * plane()),
          "the codes tensor is larger than 2 GiB");
  require((outH - 1) * strideH + (kernelH - 1) * dilationH < height + pads[0] + halo[2],
          "output rows reach below the codes tensor");
  require((outW - 1) * strideW + (kernelW - 1) * dilationW < width + pads[1] + halo[3],
          "output columns reach past the codes tensor");
}

}  // namespace approxtorch::lut
