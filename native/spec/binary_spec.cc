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

}  // namespace approxtorch
