// An approximate Conv, Gemm or MatMul.
#pragma once

#include <array>
#include <optional>

#include "clamp.h"
#include "layer_spec.h"
#include "quantized_weights_spec.h"

namespace approxtorch::lut {

// How a layer's results become the codes of the next one.
struct RequantizeSpec {
  float scale;
  int32_t zeroPoint;            // as an index
  int lo, hi;                   // indices
  std::array<int64_t, 4> halo;  // top, left, bottom, right
};

struct LutConvSpec {
  const Tensor& codes;
  const Tensor& qparams;
  QuantizedWeights weights;
  const Tensor* bias;
  Tensor& out;
  int64_t slot;
  ConvGeometry geometry;
  bool activationSigned, weightSigned, skipPadding;
  Clamp clamp;
  std::optional<RequantizeSpec> requantize;  // else `out` is f32
};

LutConvSpec readLutConv(OpSpec& spec);

// True where a 32-bit accumulator can hold every result of the layer (and every partial sum of T).
// magnitude: max |T|
bool fitsIn32Bits(const ConvGeometry& geometry, int64_t magnitude);

}  // namespace approxtorch::lut
