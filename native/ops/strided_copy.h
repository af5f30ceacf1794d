// Copies elements from regular places of one tensor to all of another: Transpose and Slice.
#pragma once

#include "../plan/op.h"
#include "../spec/layout_spec.h"

namespace approxtorch {

class StridedCopy : public Op {
 public:
  explicit StridedCopy(const StridedCopySpec& spec);
  void run(RunContext& context) override;

 private:
  using Axis = StridedCopySpec::Axis;

  void copyRows(RunContext& context, int64_t outer);
  void copyTiles(RunContext& context, int64_t outer);

  const float* x_;
  float* y_;
  std::vector<Axis> outer_;  // all but the next two
  Axis row_;                 // the last axis of y
  Axis across_;              // the axis along which x is dense, where that is another one
};

}  // namespace approxtorch
