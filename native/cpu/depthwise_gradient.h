// Gradients of convolutions whose groups have a single input channel: plane by plane, in the order of
// window_phases.h, where a tap is one run of consecutive values.
#pragma once

#include "conv_gradient.h"
#include "window_layout.h"

namespace approxtorch {

class DepthwiseInputGradient : public InputGradient {
 public:
  explicit DepthwiseInputGradient(const ConvShape& shape);
  void run(RunContext& context, const float* g, const float* w, const uint8_t* mask, float* dx) override;

 private:
  ConvShape shape_;
  WindowLayout layout_;
};

class DepthwiseWeightGradient : public WeightGradient {
 public:
  explicit DepthwiseWeightGradient(const ConvShape& shape);
  void run(RunContext& context, const float* g, const ConvInput& x, float* dw) override;

 private:
  ConvShape shape_;
  PlaneFrame frame_;     // the padded plane
  WindowLayout layout_;  // of that plane
};

}  // namespace approxtorch
