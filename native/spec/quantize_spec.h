// Ops that turn values into operand indices, and find the parameters for it.
#pragma once

#include <array>

#include "../plan/op_spec.h"

namespace approxtorch::lut {

// float32 [N, C, H, W] → operand indices with a halo of zero points.
struct QuantizeSpec {
  const Tensor& x;
  const Tensor& qparams;
  Tensor& codes;
  Tensor* mask;                 // of the values that are not clipped, or null
  std::array<int64_t, 4> halo;  // top, left, bottom, right
  bool isSigned;
};

QuantizeSpec readQuantize(OpSpec& spec);

// float32 weights [O, …] → operand indices with a scale and a zero point for every output channel.
struct QuantizeWeightsSpec {
  const Tensor& weights;
  Tensor& indices;
  Tensor& scales;
  Tensor& zeroPoints;
  bool isSigned, perChannel;
  int64_t bits;
};

QuantizeWeightsSpec readQuantizeWeights(OpSpec& spec);

// The parameters [S, 2] of the values at hand.
struct RangeSpec {
  const Tensor& x;
  Tensor& qparams;
  bool isSigned;
  int64_t bits;
};

RangeSpec readRange(OpSpec& spec);

// Moves a range towards that of the values at hand, as a moving average.
struct TrackRangeSpec {
  const Tensor& x;
  const Tensor& momentum;
  Tensor& range;
};

TrackRangeSpec readTrackRange(OpSpec& spec);

// What is said of values that move a range nowhere.
std::string notFiniteText(const Tensor& x);

// The parameters of a range that was tracked.
struct RangeQParamsSpec {
  const Tensor& range;
  Tensor& qparams;
  bool isSigned;
  int64_t bits;
};

RangeQParamsSpec readRangeQParams(OpSpec& spec);

}  // namespace approxtorch::lut
