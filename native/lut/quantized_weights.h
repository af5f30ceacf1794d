// The quantized weights of a layer, as forward and backward ops take them.
#pragma once

#include "../plan/op.h"

namespace approxtorch::lut {

// Three inputs in a row: operand indices u8 [O, C/g, kh, kw], scales [O], zero points i32 [O].
struct QuantizedWeights {
  const Tensor& indices;
  const Tensor& scales;
  const Tensor& zeroPoints;

  // first: index of the first one.
  QuantizedWeights(const OpSpec& spec, size_t first);

  int64_t perOutput() const { return indices.count() / indices.shape[0]; }
  bool isConstant() const { return indices.isConstant() && zeroPoints.isConstant(); }
  // To be called in a run, where zero points may be another op's results. Throws PlanError where one is no
  // code.
  void checkZeroPoints() const;
};

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
