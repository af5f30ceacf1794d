// Walks over the elements of one tensor that find those of two others: broadcasting, copies between layouts.
#pragma once

#include "../native/spec/broadcast.h"
#include "device_shape.h"

namespace approxtorch::cuda {

// A BroadcastWalk that a kernel can be given.
struct DeviceWalk {
  DeviceShape shape;
  int64_t strideA[kMaxRank], strideB[kMaxRank];

  explicit DeviceWalk(const BroadcastWalk& walk) : shape(walk.shape) {
    for (size_t i = 0; i < walk.shape.size(); ++i) {
      strideA[i] = walk.strideA[i];
      strideB[i] = walk.strideB[i];
    }
  }

  // Sets the offsets in both operands of the output's element `index`.
  __device__ __forceinline__ void find(int64_t index, int64_t& a, int64_t& b) const {
    a = b = 0;
    shape.each(index, [&](int axis, int64_t at) {
      a += at * strideA[axis];
      b += at * strideB[axis];
    });
  }
};

}  // namespace approxtorch::cuda
