#include "lut_conv_spec.h"

#include "common.h"
#include "qparams_spec.h"

namespace approxtorch::lut {
namespace {

RequantizeSpec readRequantize(OpSpec& spec) {
  RequantizeSpec to{};
  to.halo = readSides(spec, "outHalo");
  to.lo = static_cast<int>(spec.attributes.integer("outLo", 0, 255));
  to.hi = static_cast<int>(spec.attributes.integer("outHi", to.lo, 255));
  to.zeroPoint = static_cast<int32_t>(spec.attributes.integer("outZeroPoint", to.lo, to.hi));
  to.scale = spec.attributes.number("outScale");
  if (!(to.scale > 0.0f)) spec.fail("outScale is not positive");
  return to;
}

}  // namespace

LutConvSpec readLutConv(OpSpec& spec) {
  const Tensor& codes = spec.input(0, DataType::kU8);
  const Tensor& qparams = spec.input(1);
  const QuantizedWeights weights(spec, 2);
  const int64_t slot = spec.lutSlot("lut");
  spec.expectCounts(5, 6, 1);
  spec.expectRank(codes, 4, 4);
  expectQParams(spec, qparams, codes.shape[0]);
  const bool activationSigned = spec.attributes.flag("activationSigned");
  const ConvGeometry g = readGeometry(spec, imageShape(spec, codes), weights.indices.shape);
  const Tensor* bias = spec.optionalInput(5);
  if (bias != nullptr) spec.expectShape(*bias, {g.outputs});
  const bool weightSigned = spec.attributes.flag("weightSigned");
  const bool skipPadding = spec.attributes.choice("padding", {"lookup", "skip"}) == 1;
  const Clamp clamp = readActivation(spec);
  std::optional<RequantizeSpec> requantize;
  if (spec.attributes.has("outScale")) requantize = readRequantize(spec);
  Tensor& out = spec.output(0, requantize ? DataType::kU8 : DataType::kF32);
  const std::array<int64_t, 4> halo = requantize ? requantize->halo : std::array<int64_t, 4>{};
  spec.expectShape(out, {g.batch, g.outputs, halo[0] + g.outH + halo[2], halo[1] + g.outW + halo[3]});
  if (requantize) {
    out.indexLo = requantize->lo;
    out.indexHi = requantize->hi;
  }
  return {codes, qparams,          weights,      bias,        out,   slot,
          g,     activationSigned, weightSigned, skipPadding, clamp, requantize};
}

bool fitsIn32Bits(const ConvGeometry& geometry, int64_t magnitude) {
  constexpr int64_t kCode = 255;  // no code or zero point is larger in magnitude
  constexpr int64_t kTerms = 3 * kCode * kCode;
  return geometry.reduction() <= INT32_MAX / (magnitude + kTerms);
}

}  // namespace approxtorch::lut
