#include "binary_spec.h"

#include "common.h"

namespace approxtorch {
namespace {

BinarySpec read(OpSpec& spec, Binary kind, Clamp clamp) {
  spec.expectCounts(2, 2, 1);
  const Tensor& a = spec.input(0);
  const Tensor& b = spec.input(1);
  Tensor& y = spec.output(0);
  return {a, b, y, broadcastWalk(spec, a, b, y), kind, clamp};
}

}  // namespace

BinarySpec readAdd(OpSpec& spec) { return read(spec, Binary::kAdd, readActivation(spec)); }
BinarySpec readSub(OpSpec& spec) { return read(spec, Binary::kSub, readActivation(spec)); }
BinarySpec readMul(OpSpec& spec) { return read(spec, Binary::kMul, readActivation(spec)); }
BinarySpec readDiv(OpSpec& spec) { return read(spec, Binary::kDiv, readActivation(spec)); }
BinarySpec readPRelu(OpSpec& spec) { return read(spec, Binary::kPRelu, kNoClamp); }

PReluGradientSpec readPReluGradient(OpSpec& spec) {
  spec.expectCounts(3, 3, 2);
  const Tensor& g = spec.input(0);
  const Tensor& x = spec.input(1);
  const Tensor& slope = spec.input(2);
  Tensor& dx = spec.output(0);
  Tensor& dslope = spec.output(1);
  for (const Tensor* tensor : {&g, &x, static_cast<const Tensor*>(&dslope)})
    spec.expectShape(*tensor, dx.shape);
  return {g, x, slope, dx, dslope, broadcastWalk(spec, x, slope, dx)};
}

}  // namespace approxtorch
