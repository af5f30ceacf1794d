// The elements of one channel of a tensor [N, C, …], in blocks.
#pragma once

#include <algorithm>
#include <array>

#include "../spec/channel_layout.h"

namespace approxtorch {

// Calls visit(pointers, count) for the channel's elements, block by block, the same ones of all `tensors`,
// which are of one layout. Small planes are first gathered in work: tensors × kChannelBlock floats. The
// division into blocks depends on the layout alone.
template <size_t tensors, class Visit>
void forEachChannelBlock(const ChannelLayout& layout, int64_t channel,
                         const std::array<const float*, tensors>& data, float* work, Visit&& visit) {
  std::array<const float*, tensors> block;
  if (layout.planesPerBlock() == 1) {
    for (int64_t n = 0; n < layout.images; ++n) {
      for (int64_t i = 0; i < layout.plane; i += kChannelBlock) {
        for (size_t t = 0; t < tensors; ++t) block[t] = data[t] + layout.offset(n, channel) + i;
        visit(block, std::min(kChannelBlock, layout.plane - i));
      }
    }
    return;
  }
  const int64_t planes = layout.planesPerBlock();
  for (int64_t first = 0; first < layout.images; first += planes) {
    const int64_t last = std::min(layout.images, first + planes);
    for (size_t t = 0; t < tensors; ++t) {
      float* target = work + static_cast<int64_t>(t) * kChannelBlock;
      block[t] = target;
      for (int64_t n = first; n < last; ++n, target += layout.plane) {
        std::copy_n(data[t] + layout.offset(n, channel), layout.plane, target);
      }
    }
    visit(block, (last - first) * layout.plane);
  }
}

}  // namespace approxtorch
