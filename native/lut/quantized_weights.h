// The quantized weights of a layer on the CPU engine.
#pragma once

#include "../plan/op.h"
#include "../spec/layer_gradient_spec.h"

namespace approxtorch::lut {

// To be called when an op is made. Throws PlanError where a constant zero point is no code.
void checkConstantZeroPoints(const QuantizedWeights& weights);

// To be called in a run, where zero points may be another op's results. Throws PlanError where one is no
// code.
void checkZeroPoints(const QuantizedWeights& weights);

// Weights whose values lie beyond their codes: moving those changes nothing.
class WeightClipping {
 public:
  WeightClipping(const QuantizedWeights& weights, const WeightClippingSpec& spec)
      : weights_(weights), spec_(spec) {}

  // Makes the gradients of the clipped weights 0.
  void clear(float* gradients, ThreadPool& pool) const;

 private:
  const QuantizedWeights weights_;
  const WeightClippingSpec spec_;
};

}  // namespace approxtorch::lut
