// A tensor [N, C, …] as planes of channels.
#pragma once

#include "../plan/tensor.h"

namespace approxtorch {

// Elements of a block of a channel, over which it is summed in float32: few enough for the sum over each of
// its streams to be exact to some 10⁻⁷.
constexpr int64_t kChannelBlock = 1024;

struct ChannelLayout {
  int64_t images, channels, plane;

  explicit ChannelLayout(const Shape& shape)
      : images(shape[0]), channels(shape[1]), plane(product(shape, 2, shape.size())) {}

  int64_t channelSize() const { return images * plane; }
  // Large planes are divided into blocks, the last of which may be short. Of small ones a block holds
  // several.
  int64_t planesPerBlock() const { return plane >= kChannelBlock / 2 ? 1 : kChannelBlock / plane; }
  int64_t blocksPerPlane() const { return (plane + kChannelBlock - 1) / kChannelBlock; }
  int64_t blocksPerChannel() const {
    const int64_t planes = planesPerBlock();
    return planes == 1 ? images * blocksPerPlane() : (images + planes - 1) / planes;
  }
  int64_t offset(int64_t image, int64_t channel) const { return (image * channels + channel) * plane; }
};

}  // namespace approxtorch
