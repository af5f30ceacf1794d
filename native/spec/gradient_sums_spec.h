// Sums of gradients: over batches, and over all parameters for their norm.
#pragma once

#include <vector>

#include "../plan/op_spec.h"

namespace approxtorch {

struct AccumulateSpec {
  Tensor& sum;
  const Tensor& g;
  const float* restart;
};

AccumulateSpec readAccumulate(OpSpec& spec);

struct GradientNormSpec {
  // Each is summed in pieces of so many values.
  static constexpr int64_t kPiece = 16384;
  struct Piece {
    const float* data;
    int64_t count;
  };

  std::vector<Piece> pieces;
  Tensor& norm;
};

GradientNormSpec readGradientNorm(OpSpec& spec);

}  // namespace approxtorch
