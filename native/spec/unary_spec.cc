#include "unary_spec.h"

#include <limits>

namespace approxtorch {
namespace {

UnarySpec read(OpSpec& spec, Unary kind, UnaryParameters parameters = {0.0f, 0.0f}) {
  spec.expectCounts(1, 1, 1);
  const Tensor& x = spec.input(0);
  Tensor& y = spec.output(0);
  spec.expectShape(y, x.shape);
  return {x, y, kind, parameters};
}

PointwiseGradientSpec read(OpSpec& spec, Pointwise kind, UnaryParameters parameters = {0.0f, 0.0f}) {
  spec.expectCounts(2, 2, 1);
  const Tensor& g = spec.input(0);
  const Tensor& value = spec.input(1);
  Tensor& dx = spec.output(0);
  spec.expectShape(value, g.shape);
  spec.expectShape(dx, g.shape);
  return {g, value, dx, kind, parameters};
}

}  // namespace

UnarySpec readRelu(OpSpec& spec) {
  return read(spec, Unary::kClamp, {0.0f, std::numeric_limits<float>::infinity()});
}

UnarySpec readClip(OpSpec& spec) {
  const float low = spec.attributes.bound("min");
  return read(spec, Unary::kClamp, {low, spec.attributes.bound("max")});
}

UnarySpec readLeakyRelu(OpSpec& spec) {
  return read(spec, Unary::kLeakyRelu, {spec.attributes.number("alpha"), 0.0f});
}

UnarySpec readElu(OpSpec& spec) { return read(spec, Unary::kElu, {spec.attributes.number("alpha"), 0.0f}); }

UnarySpec readSigmoid(OpSpec& spec) { return read(spec, Unary::kSigmoid); }

UnarySpec readTanh(OpSpec& spec) { return read(spec, Unary::kTanh); }

UnarySpec readHardSigmoid(OpSpec& spec) {
  const float alpha = spec.attributes.number("alpha");
  return read(spec, Unary::kHardSigmoid, {alpha, spec.attributes.number("beta")});
}

UnarySpec readHardSwish(OpSpec& spec) { return read(spec, Unary::kHardSwish); }

PointwiseGradientSpec readActivationGradient(OpSpec& spec) {
  const float low = spec.attributes.bound("low");
  return read(spec, Pointwise::kBetween, {low, spec.attributes.bound("high")});
}

PointwiseGradientSpec readLeakyReluGradient(OpSpec& spec) {
  return read(spec, Pointwise::kLeakyRelu, {spec.attributes.number("alpha"), 0.0f});
}

PointwiseGradientSpec readEluGradient(OpSpec& spec) {
  return read(spec, Pointwise::kElu, {spec.attributes.number("alpha"), 0.0f});
}

PointwiseGradientSpec readHardSigmoidGradient(OpSpec& spec) {
  const float alpha = spec.attributes.number("alpha");
  return read(spec, Pointwise::kHardSigmoid, {alpha, spec.attributes.number("beta")});
}

PointwiseGradientSpec readHardSwishGradient(OpSpec& spec) { return read(spec, Pointwise::kHardSwish); }

PointwiseGradientSpec readSigmoidGradient(OpSpec& spec) { return read(spec, Pointwise::kSigmoid); }

PointwiseGradientSpec readTanhGradient(OpSpec& spec) { return read(spec, Pointwise::kTanh); }

}  // namespace approxtorch
