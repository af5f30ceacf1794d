// The shape of a tensor, for kernels that need the coordinates of its elements.
#pragma once

#include <cuda_runtime.h>

#include "../native/plan/tensor.h"
#include "divider.h"

namespace approxtorch::cuda {

struct DeviceShape {
  int rank;
  bool narrow;  // all indices are below 2^31: then no division is slow
  int64_t sizes[kMaxRank];
  Divider dividers[kMaxRank];

  explicit DeviceShape(const Shape& shape)
      : rank(static_cast<int>(shape.size())), narrow(elementCount(shape) <= INT32_MAX), dividers() {
    for (size_t i = 0; i < shape.size(); ++i) {
      sizes[i] = shape[i];
      if (narrow) dividers[i] = Divider::of(static_cast<uint32_t>(shape[i]));
    }
  }

  // Calls visit(axis, coordinate) for the element's coordinates, those of inner axes first.
  template <class Visit>
  __device__ __forceinline__ void each(int64_t index, Visit&& visit) const {
    if (!narrow) {
      for (int axis = rank - 1; axis >= 0; --axis) {
        visit(axis, index % sizes[axis]);
        index /= sizes[axis];
      }
      return;
    }
    auto rest = static_cast<uint32_t>(index);
    for (int axis = rank - 1; axis > 0; --axis) {
      const uint32_t outer = dividers[axis].quotient(rest);
      visit(axis, int64_t{rest - outer * dividers[axis].divisor});
      rest = outer;
    }
    if (rank > 0) visit(0, int64_t{rest});
  }
};

}  // namespace approxtorch::cuda
