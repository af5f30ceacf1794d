#include "softmax_spec.h"

namespace approxtorch {
namespace {

SoftmaxAxis readAxis(OpSpec& spec, int64_t count) {
  SoftmaxAxis axis;
  axis.outer = spec.attributes.integer("outer", 1, count);
  axis.size = spec.attributes.integer("axisSize", 1, count / axis.outer);
  axis.inner = spec.attributes.integer("inner", 1, count / axis.outer / axis.size);
  if (axis.outer * axis.size * axis.inner != count) {
    spec.fail("outer · axisSize · inner is not the size of the input");
  }
  return axis;
}

SoftmaxSpec read(OpSpec& spec, bool logarithm) {
  spec.expectCounts(1, 1, 1);
  const Tensor& x = spec.input(0);
  Tensor& y = spec.output(0);
  spec.expectShape(y, x.shape);
  return {x, y, readAxis(spec, x.count()), logarithm};
}

SoftmaxGradientSpec readGradient(OpSpec& spec, bool logarithm) {
  spec.expectCounts(2, 2, 1);
  const Tensor& g = spec.input(0);
  const Tensor& y = spec.input(1);
  Tensor& dx = spec.output(0);
  spec.expectShape(y, g.shape);
  spec.expectShape(dx, g.shape);
  return {g, y, dx, readAxis(spec, g.count()), logarithm};
}

}  // namespace

SoftmaxSpec readSoftmax(OpSpec& spec) { return read(spec, false); }

SoftmaxSpec readLogSoftmax(OpSpec& spec) { return read(spec, true); }

SoftmaxGradientSpec readSoftmaxGradient(OpSpec& spec) { return readGradient(spec, false); }

SoftmaxGradientSpec readLogSoftmaxGradient(OpSpec& spec) { return readGradient(spec, true); }

}  // namespace approxtorch
