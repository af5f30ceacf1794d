#pragma once

#include "../../../native/spec/layer_gradient_spec.h"
#include "../../activation_pairs.h"

namespace approxtorch::cuda {

// The input of a layer under a derivative by activation index: s_a·(D[a] − z_a). Where padding is looked up
// it is part of the images; else the convolution pads them with 0.
class DecodedInput {
 public:
  explicit DecodedInput(const lut::LayerWeightGradientSpec& spec);

  // The convolution over the decoded images.
  const ConvShape& shape() const { return shape_; }
  int64_t count() const { return shape_.batch * shape_.channels * shape_.plane(); }
  void decode(cudaStream_t stream, FaultReport fault, float* values) const;

 private:
  const Tensor& codes_;
  const Tensor& derivative_;
  ActivationPairs pairs_;
  lut::ConvGeometry geometry_;
  ConvShape shape_;
};

}  // namespace approxtorch::cuda
