// Where the taps and positions of a convolution lie in its codes tensor.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace approxtorch::lut {

// A convolution over codes [N, C, Hp, Wp] that carry a halo (top, left, bottom, right) of at least the
// padding. A dense layer is the 1×1 convolution over [M, K, 1, 1].
struct ConvGeometry {
  int64_t batch, channels, height, width;  // without the halo
  int64_t outputs, groups, kernelH, kernelW;
  int64_t strideH, strideW, dilationH, dilationW;
  std::array<int64_t, 4> pads, halo;  // top, left, bottom, right
  int64_t outH, outW;

  int64_t groupChannels() const { return channels / groups; }
  int64_t groupOutputs() const { return outputs / groups; }
  // Length K of the reduction.
  int64_t reduction() const { return groupChannels() * kernelH * kernelW; }
  int64_t taps() const { return kernelH * kernelW; }
  int64_t rowPitch() const { return halo[1] + width + halo[3]; }
  int64_t plane() const { return (halo[0] + height + halo[2]) * rowPitch(); }
  int64_t outPlane() const { return outH * outW; }
  // Number M of output positions in the batch.
  int64_t positions() const { return batch * outPlane(); }

  // Byte offset of every k of the reduction from a position, in the order of the weights (c, ky, kx).
  std::vector<int32_t> reductionOffsets() const;
  // Byte offsets of the positions [begin, end) from the first code of the tensor (group 0).
  void positionOffsets(int64_t begin, int64_t end, int32_t* offsets) const;
  // Whether the tap (ky, kx) of the output position (y, x) lies in the padding.
  bool padded(int64_t y, int64_t x, int64_t ky, int64_t kx) const {
    const int64_t iy = y * strideH - pads[0] + ky * dilationH;
    const int64_t ix = x * strideW - pads[1] + kx * dilationW;
    return iy < 0 || iy >= height || ix < 0 || ix >= width;
  }

  // Throws std::invalid_argument where sizes are not positive, do not fit one another, or a position would
  // reach outside the codes tensor.
  void validate() const;
};

}  // namespace approxtorch::lut
