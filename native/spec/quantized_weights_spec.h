// The quantized weights of a layer, as forward and backward ops take them.
#pragma once

#include "../plan/op_spec.h"

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
};

// No weight zero point is smaller or larger.
constexpr int32_t kLeastZeroPoint = -128, kMostZeroPoint = 255;

// What is said of one that is no code.
std::string noZeroPointText(const QuantizedWeights& weights);

}  // namespace approxtorch::lut
