#include "conv_op_spec.h"

#include "common.h"

namespace approxtorch {

ConvOpSpec readConv(OpSpec& spec) {
  spec.expectCounts(2, 3, 1);
  const Tensor& x = spec.input(0);
  const Tensor& w = spec.input(1);
  const Tensor* bias = spec.optionalInput(2);
  Tensor& y = spec.output(0);
  const ConvShape shape = readConvShape(spec, x, w, y);
  if (bias != nullptr) spec.expectShape(*bias, {shape.outputs});
  return {x, w, bias, y, shape, readActivation(spec)};
}

const Tensor* readMask(const OpSpec& spec, size_t index, const Tensor& tensor) {
  const Tensor* mask = spec.optionalInput(index, DataType::kU8);
  if (mask != nullptr) spec.expectShape(*mask, {(tensor.count() + 7) / 8});
  return mask;
}

ConvInputGradientSpec readConvInputGradient(OpSpec& spec) {
  const Tensor& g = spec.input(0);
  const Tensor& w = spec.input(1);
  Tensor& dx = spec.output(0);
  spec.expectCounts(2, 3, 1);
  const Tensor* mask = readMask(spec, 2, dx);
  return {g, w, mask, dx, readConvShape(spec, dx, w, g)};
}

ConvWeightGradientSpec readConvWeightGradient(OpSpec& spec) {
  const Tensor& g = spec.input(0);
  const Tensor& x = spec.input(1);
  Tensor& dw = spec.output(0);
  const ConvShape shape = readConvShape(spec, x, dw, g);
  spec.expectCounts(2, 2, 1);
  return {g, x, dw, shape};
}

}  // namespace approxtorch
