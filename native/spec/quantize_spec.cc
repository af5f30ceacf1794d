#include "quantize_spec.h"

#include "layer_spec.h"
#include "qparams_spec.h"

namespace approxtorch::lut {

QuantizeSpec readQuantize(OpSpec& spec) {
  const Tensor& x = spec.input(0);
  const Tensor& qparams = spec.input(1);
  Tensor& codes = spec.output(0, DataType::kU8);
  const bool masked = spec.outputCount() > 1;
  spec.expectCounts(2, 2, masked ? 2 : 1);
  spec.expectRank(x, 4, 4);
  expectQParams(spec, qparams, x.shape[0]);
  const std::array<int64_t, 4> halo = readSides(spec, "halo");
  spec.expectShape(codes,
                   {x.shape[0], x.shape[1], halo[0] + x.shape[2] + halo[2], halo[1] + x.shape[3] + halo[3]});
  const bool isSigned = spec.attributes.flag("signed");
  codes.indexLo = static_cast<int>(spec.attributes.integer("lo", 0, 255));
  codes.indexHi = static_cast<int>(spec.attributes.integer("hi", codes.indexLo, 255));
  Tensor* mask = masked ? &spec.output(1, DataType::kU8) : nullptr;
  if (masked) spec.expectShape(*mask, {(x.count() + 7) / 8});
  return {x, qparams, codes, mask, halo, isSigned};
}

QuantizeWeightsSpec readQuantizeWeights(OpSpec& spec) {
  const Tensor& weights = spec.input(0);
  Tensor& indices = spec.output(0, DataType::kU8);
  Tensor& scales = spec.output(1);
  Tensor& zeroPoints = spec.output(2, DataType::kI32);
  spec.expectCounts(1, 1, 3);
  spec.expectRank(weights, 1, kMaxRank);
  spec.expectShape(indices, weights.shape);
  spec.expectShape(scales, {weights.shape[0]});
  spec.expectShape(zeroPoints, {weights.shape[0]});
  const bool isSigned = spec.attributes.flag("signed");
  const int64_t bits = spec.attributes.integer("bits", 2, 8);
  const bool perChannel = spec.attributes.choice("granularity", {"tensor", "channel"}) == 1;
  const int64_t top = isSigned ? (1 << (bits - 1)) - 1 : (1 << bits) - 1;
  indices.indexLo = isSigned ? static_cast<int>(-top) - firstOperand(true) : 0;
  indices.indexHi = static_cast<int>(top) - firstOperand(isSigned);
  return {weights, indices, scales, zeroPoints, isSigned, perChannel, bits};
}

RangeSpec readRange(OpSpec& spec) {
  const Tensor& x = spec.input(0);
  Tensor& qparams = spec.output(0);
  spec.expectCounts(1, 1, 1);
  spec.expectRank(x, 1, kMaxRank);
  expectQParams(spec, qparams, x.shape[0]);
  const bool isSigned = spec.attributes.flag("signed");
  return {x, qparams, isSigned, spec.attributes.integer("bits", 2, 8)};
}

TrackRangeSpec readTrackRange(OpSpec& spec) {
  const Tensor& x = spec.input(0);
  const Tensor& momentum = spec.input(2);
  Tensor& range = spec.output(0);
  spec.expectCounts(3, 3, 1);
  spec.expectShape(spec.input(1), {2});
  spec.expectShape(momentum, {1});
  spec.expectShape(range, {2});
  if (&spec.input(1) != &range) spec.fail("its output must be the range that it moves");
  return {x, momentum, range};
}

std::string notFiniteText(const Tensor& x) { return "tensor '" + x.name + "' holds a NaN or an infinity"; }

RangeQParamsSpec readRangeQParams(OpSpec& spec) {
  const Tensor& range = spec.input(0);
  Tensor& qparams = spec.output(0);
  spec.expectCounts(1, 1, 1);
  spec.expectShape(range, {2});
  spec.expectShape(qparams, {1, 2});
  const bool isSigned = spec.attributes.flag("signed");
  return {range, qparams, isSigned, spec.attributes.integer("bits", 2, 8)};
}

}  // namespace approxtorch::lut
