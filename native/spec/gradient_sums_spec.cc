#include "gradient_sums_spec.h"

#include <algorithm>

#include "common.h"

namespace approxtorch {

AccumulateSpec readAccumulate(OpSpec& spec) {
  spec.expectCounts(3, 3, 1);
  Tensor& sum = outputInPlace(spec, 0, 0);
  const Tensor& g = spec.input(1);
  spec.expectShape(g, sum.shape);
  return {sum, g, scalarInput(spec, 2)};
}

GradientNormSpec readGradientNorm(OpSpec& spec) {
  constexpr size_t kMaxGradients = 1 << 16;
  spec.expectCounts(1, kMaxGradients, 1);
  std::vector<GradientNormSpec::Piece> pieces;
  for (size_t i = 0; i < spec.inputCount(); ++i) {
    const Tensor& gradient = spec.input(i);
    for (int64_t begin = 0; begin < gradient.count(); begin += GradientNormSpec::kPiece) {
      pieces.push_back(
          {gradient.f32() + begin, std::min(GradientNormSpec::kPiece, gradient.count() - begin)});
    }
  }
  Tensor& norm = spec.output(0);
  spec.expectShape(norm, {1});
  return {std::move(pieces), norm};
}

}  // namespace approxtorch
