// A tensor [N, C, …] as planes of channels.
#pragma once

#include "../plan/tensor.h"

namespace approxtorch {

struct ChannelLayout {
  int64_t images, channels, plane;

  explicit ChannelLayout(const Shape& shape)
      : images(shape[0]), channels(shape[1]), plane(product(shape, 2, shape.size())) {}

  int64_t channelSize() const { return images * plane; }
  int64_t offset(int64_t image, int64_t channel) const { return (image * channels + channel) * plane; }
};

}  // namespace approxtorch
