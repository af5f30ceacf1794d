// Copies elements from regular places of one tensor to all of another: Transpose and Slice.
#pragma once

#include "../plan/op.h"

namespace approxtorch {

// y[i0, i1, …] = x[start + i0·strides[0] + i1·strides[1] + …], y row-major and dense.
class StridedCopy : public Op {
 public:
  StridedCopy(const float* x, int64_t start, const std::vector<int64_t>& strides, Tensor& y);
  void run(RunContext& context) override;

 private:
  struct Axis {
    int64_t size, from, to;  // elements from one index to the next in x and in y
  };

  void copyRows(RunContext& context, int64_t outer);
  void copyTiles(RunContext& context, int64_t outer);

  const float* x_;
  float* y_;
  std::vector<Axis> outer_;  // all but the next two
  Axis row_;                 // the last axis of y
  Axis across_;              // the axis along which x is dense, where that is another one
};

}  // namespace approxtorch
