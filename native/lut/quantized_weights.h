// The quantized weights of a layer on the CPU engine.
#pragma once

#include "../plan/op.h"
#include "../spec/quantized_weights_spec.h"

namespace approxtorch::lut {

// From input `first` on. Throws PlanError where a constant zero point is no code.
QuantizedWeights readWeights(const OpSpec& spec, size_t first);

// To be called in a run, where zero points may be another op's results. Throws PlanError where one is no
// code.
void checkZeroPoints(const QuantizedWeights& weights);

// Weights whose values lie beyond their codes: moving those changes nothing.
class WeightClipping {
 public:
  // values: f32 in the weights' shape. Reads weightSigned, weightLo and weightHi (indices).
  WeightClipping(OpSpec& spec, const QuantizedWeights& weights, const Tensor& values);

  // Makes the gradients of the clipped weights 0.
  void clear(float* gradients, ThreadPool& pool) const;

 private:
  const QuantizedWeights& weights_;
  const Tensor& values_;
  bool signed_;
  int lo_, hi_;
};

}  // namespace approxtorch::lut
