// Broadcasting on the device: where an element of the output finds its operands.
#pragma once

#include <cuda_runtime.h>

#include "../native/spec/broadcast.h"

namespace approxtorch::cuda {

// A BroadcastWalk that a kernel can be given.
struct DeviceWalk {
  int rank;
  int64_t shape[kMaxRank], strideA[kMaxRank], strideB[kMaxRank];

  explicit DeviceWalk(const BroadcastWalk& walk) : rank(static_cast<int>(walk.shape.size())) {
    for (size_t i = 0; i < walk.shape.size(); ++i) {
      shape[i] = walk.shape[i];
      strideA[i] = walk.strideA[i];
      strideB[i] = walk.strideB[i];
    }
  }

  // Sets the offsets in both operands of the output's element `index`.
  __device__ void find(int64_t index, int64_t& a, int64_t& b) const {
    a = b = 0;
    for (int axis = rank - 1; axis >= 0; --axis) {
      const int64_t at = index % shape[axis];
      index /= shape[axis];
      a += at * strideA[axis];
      b += at * strideB[axis];
    }
  }
};

}  // namespace approxtorch::cuda
