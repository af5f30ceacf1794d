// Softmax along a row, by a warp.
#pragma once

#include "../../../native/math/vector_math.h"
#include "../../warp.h"

namespace approxtorch::cuda {

// With these, softmax(x) = e^(x − top) / sum, and its logarithm (x − top) − log(sum).
struct RowSoftmax {
  float top, sum;

  // Of value(0) … value(size − 1); all lanes get it.
  template <class Value>
  static __device__ RowSoftmax of(int64_t size, Value value) {
    const float top = foldRow(size, -INFINITY, value, Maximum());
    return {top, foldRow(
                     size, 0.0f, [=](int64_t i) { return expOf(value(i) - top); }, Plus())};
  }
  __device__ float probability(float x) const { return expOf(x - top) / sum; }
  __device__ float logarithm(float x) const { return (x - top) - logf(sum); }
};

}  // namespace approxtorch::cuda
