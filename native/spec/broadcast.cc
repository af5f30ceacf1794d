#include "broadcast.h"

namespace approxtorch {
namespace {

// Strides of `operand` along the axes of `shape`. Throws where it cannot be broadcast to that.
std::vector<int64_t> broadcastStrides(const OpSpec& spec, const Tensor& operand, const Shape& shape) {
  const size_t rank = operand.shape.size();
  if (rank > shape.size()) spec.fail("the output has fewer dimensions than '" + operand.name + "'");
  std::vector<int64_t> strides(shape.size(), 0);
  int64_t stride = 1;
  for (size_t i = 1; i <= rank; ++i) {
    const int64_t size = operand.shape[rank - i];
    if (size != 1 && size != shape[shape.size() - i]) {
      spec.fail("'" + operand.name + "' " + shapeText(operand.shape) + " does not broadcast to " +
                shapeText(shape));
    }
    if (size != 1) strides[shape.size() - i] = stride;
    stride *= size;
  }
  return strides;
}

BroadcastWalk joinedWalk(const Shape& shape, const std::vector<int64_t>& strideA,
                         const std::vector<int64_t>& strideB) {
  BroadcastWalk walk;
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    const int64_t size = shape[axis];
    if (size == 1) continue;
    const bool joins = !walk.shape.empty() && walk.strideA.back() == strideA[axis] * size &&
                       walk.strideB.back() == strideB[axis] * size;
    if (joins) {
      walk.shape.back() *= size;
      walk.strideA.back() = strideA[axis];
      walk.strideB.back() = strideB[axis];
    } else {
      walk.shape.push_back(size);
      walk.strideA.push_back(strideA[axis]);
      walk.strideB.push_back(strideB[axis]);
    }
  }
  if (walk.shape.empty()) return {{1}, {1}, {1}};
  return walk;
}

}  // namespace

BroadcastWalk broadcastWalk(const OpSpec& spec, const Tensor& a, const Tensor& b, const Tensor& y) {
  const std::vector<int64_t> strideA = broadcastStrides(spec, a, y.shape);
  const std::vector<int64_t> strideB = broadcastStrides(spec, b, y.shape);
  for (size_t axis = 0; axis < y.shape.size(); ++axis) {
    if (y.shape[axis] != 1 && strideA[axis] == 0 && strideB[axis] == 0) {
      spec.fail("the output is larger than its operands");
    }
  }
  return joinedWalk(y.shape, strideA, strideB);
}

BroadcastWalk expandWalk(const OpSpec& spec, const Tensor& x, const Tensor& y) {
  const std::vector<int64_t> strides = broadcastStrides(spec, x, y.shape);
  return joinedWalk(y.shape, strides, strides);
}

}  // namespace approxtorch
