#include "quantized_weights_spec.h"

namespace approxtorch::lut {

QuantizedWeights::QuantizedWeights(const OpSpec& spec, size_t first)
    : indices(spec.input(first, DataType::kU8)),
      scales(spec.input(first + 1)),
      zeroPoints(spec.input(first + 2, DataType::kI32)) {
  spec.expectRank(indices, 4, 4);
  spec.expectShape(scales, {indices.shape[0]});
  spec.expectShape(zeroPoints, {indices.shape[0]});
}

std::string noZeroPointText(const QuantizedWeights& weights) {
  return "'" + weights.zeroPoints.name + "' holds a weight zero point that is no code";
}

}  // namespace approxtorch::lut
