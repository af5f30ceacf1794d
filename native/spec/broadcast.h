// Broadcasting as numpy does it.
#pragma once

#include <algorithm>

#include "../plan/op_spec.h"

namespace approxtorch {

// A row-major walk over the output; strides are 0 along broadcast axes. Neighbouring axes that both operands
// walk alike are one.
struct BroadcastWalk {
  Shape shape;
  std::vector<int64_t> strideA, strideB;
};

// Throws where an operand cannot be broadcast to y, or y is larger than both.
BroadcastWalk broadcastWalk(const OpSpec& spec, const Tensor& a, const Tensor& b, const Tensor& y);
// Of one operand, which stands for both. Throws where it cannot be broadcast to y.
BroadcastWalk expandWalk(const OpSpec& spec, const Tensor& x, const Tensor& y);

// Calls piece(a, b, y, count) for runs of the output that lie within one row of the walk and together are its
// elements [begin, end): offsets of the first elements. Along a run the operands go on by the walk's last
// strides.
template <class Piece>
void forEachRun(const BroadcastWalk& walk, int64_t begin, int64_t end, Piece&& piece) {
  const int64_t inner = walk.shape.back();
  while (begin < end) {
    const int64_t column = begin % inner;
    const int64_t count = std::min(inner - column, end - begin);
    int64_t a = column * walk.strideA.back();
    int64_t b = column * walk.strideB.back();
    int64_t row = begin / inner;
    for (size_t axis = walk.shape.size() - 1; axis-- > 0;) {
      const int64_t index = row % walk.shape[axis];
      row /= walk.shape[axis];
      a += index * walk.strideA[axis];
      b += index * walk.strideB[axis];
    }
    piece(a, b, begin, count);
    begin += count;
  }
}

}  // namespace approxtorch
