// Channels of a tensor [N, C, …] on the device: their blocks, and the elements of all of them.
#pragma once

#include "../../../native/spec/channel_layout.h"
#include "../../warp.h"

namespace approxtorch::cuda {

// The blocks of channel_layout.h, channel by channel: a warp sums one of them, as a block of the CPU engine.
struct ChannelBlocks {
  ChannelLayout layout;
  int64_t perChannel, planesPerBlock, blocksPerPlane;
  // From an element of a block to that after kWarp others.
  int64_t stepWithin, step;

  explicit ChannelBlocks(const ChannelLayout& layout)
      : layout(layout),
        perChannel(layout.blocksPerChannel()),
        planesPerBlock(layout.planesPerBlock()),
        blocksPerPlane(layout.blocksPerPlane()),
        stepWithin(kWarp % layout.plane),
        step(kWarp / layout.plane * layout.channels * layout.plane + kWarp % layout.plane) {}

  int64_t count() const { return layout.channels * perChannel; }

  __device__ int64_t firstImage(int64_t block) const {
    return planesPerBlock == 1 ? block / blocksPerPlane : block * planesPerBlock;
  }
  // Elements of a channel's block.
  __device__ int size(int64_t block) const {
    const int64_t size = planesPerBlock == 1
                             ? min(kChannelBlock, layout.plane - block % blocksPerPlane * kChannelBlock)
                             : min(planesPerBlock, layout.images - firstImage(block)) * layout.plane;
    return static_cast<int>(size);
  }
  // Calls visit(k, offset) for the lane's elements lane + k·kWarp of a channel's block.
  template <class Visit>
  __device__ void forEach(int64_t channel, int64_t block, Visit visit) const {
    const int count = size(block);
    const int64_t begin = planesPerBlock == 1 ? block % blocksPerPlane * kChannelBlock : 0;
    const int64_t element = begin + laneOfWarp();
    const int64_t image = element / layout.plane;
    int64_t within = element - image * layout.plane;
    int64_t offset = ((firstImage(block) + image) * layout.channels + channel) * layout.plane + within;
#pragma unroll
    for (int k = 0; k < kChannelBlock / kWarp; ++k) {
      if (laneOfWarp() + k * kWarp < count) visit(k, offset);
      offset += step;
      within += stepWithin;
      if (within >= layout.plane) {  // on to the next image
        within -= layout.plane;
        offset += (layout.channels - 1) * layout.plane;
      }
    }
  }
};

// All elements, several per thread: one division for them all.
struct ChannelElements {
  static constexpr int kPerThread = 4;

  int64_t count, channels, plane;
  // From an element to that after kThreads others.
  int64_t stepWithin, stepChannels;

  explicit ChannelElements(const ChannelLayout& layout)
      : count(layout.images * layout.channels * layout.plane),
        channels(layout.channels),
        plane(layout.plane),
        stepWithin(kThreads % layout.plane),
        stepChannels(kThreads / layout.plane % layout.channels) {}

  Grid grid() const { return {ceilDivide(count, kThreads * kPerThread)}; }

  // Calls visit(k, i, channel) for the thread's elements, k from 0 to kPerThread − 1. Kernels visit them once
  // to read and once to write: loads that no store comes between are under way together.
  template <class Visit>
  __device__ void forEach(Visit visit) const {
    int64_t i = int64_t{blockIdx.x} * (kThreads * kPerThread) + threadIdx.x;
    const int64_t row = i / plane;
    int64_t within = i - row * plane;
    int64_t channel = row % channels;
#pragma unroll
    for (int k = 0; k < kPerThread; ++k) {
      if (i < count) visit(k, i, channel);
      i += kThreads;
      within += stepWithin;
      channel += stepChannels;
      if (within >= plane) {
        within -= plane;
        ++channel;
      }
      if (channel >= channels) channel -= channels;
    }
  }
};

}  // namespace approxtorch::cuda
