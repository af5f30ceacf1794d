#include "lrn_spec.h"

#include "common.h"

namespace approxtorch {
namespace {

LrnParameters readParameters(OpSpec& spec) {
  const int64_t size = spec.attributes.integer("size", 1, kMaxWindow);
  const float alpha = spec.attributes.number("alpha");
  const float beta = spec.attributes.number("beta");
  const float bias = spec.attributes.number("bias");
  return {(size - 1) / 2, size / 2, alpha / static_cast<float>(size), beta, bias};
}

}  // namespace

LrnSpec readLrn(OpSpec& spec) {
  spec.expectCounts(1, 1, 1);
  const Tensor& x = spec.input(0);
  Tensor& y = spec.output(0);
  spec.expectRank(x, 3, kMaxRank);
  spec.expectShape(y, x.shape);
  return {x, y, ChannelLayout(x.shape), readParameters(spec)};
}

LrnGradientSpec readLrnGradient(OpSpec& spec) {
  spec.expectCounts(2, 2, 1);
  const Tensor& g = spec.input(0);
  const Tensor& x = spec.input(1);
  Tensor& dx = spec.output(0);
  spec.expectRank(x, 3, kMaxRank);
  spec.expectShape(g, x.shape);
  spec.expectShape(dx, x.shape);
  return {g, x, dx, ChannelLayout(x.shape), readParameters(spec)};
}

}  // namespace approxtorch
