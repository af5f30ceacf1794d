#include "pool_spec.h"

namespace approxtorch {
namespace {

// The shape of x [N,C,…] folded over its planes.
Shape foldedShape(const OpSpec& spec, const Tensor& x) {
  spec.expectRank(x, 3, kMaxRank);
  Shape shape(x.shape.size(), 1);
  shape[0] = x.shape[0];
  shape[1] = x.shape[1];
  return shape;
}

}  // namespace

MaxPoolSpec readMaxPool(OpSpec& spec) {
  spec.expectCounts(1, 1, 1);
  const Tensor& x = spec.input(0);
  Tensor& y = spec.output(0);
  return {x, y, readPool(spec, x, y).plane};
}

AveragePoolSpec readAveragePool(OpSpec& spec) {
  spec.expectCounts(1, 1, 1);
  const Tensor& x = spec.input(0);
  Tensor& y = spec.output(0);
  const PoolWindow pool = readPool(spec, x, y);
  return {x, y, pool.plane, readAverageCounts(spec, pool)};
}

GlobalPoolSpec readGlobalPool(OpSpec& spec) {
  spec.expectCounts(1, 1, 1);
  const Tensor& x = spec.input(0);
  Tensor& y = spec.output(0);
  spec.expectShape(y, foldedShape(spec, x));
  return {x, y, y.count(), x.count() / y.count()};
}

MaxPoolGradientSpec readMaxPoolGradient(OpSpec& spec) {
  spec.expectCounts(2, 2, 1);
  const Tensor& g = spec.input(0);
  const Tensor& x = spec.input(1);
  Tensor& dx = spec.output(0);
  spec.expectShape(dx, x.shape);
  return {g, x, dx, readPool(spec, x, g).plane};
}

AveragePoolGradientSpec readAveragePoolGradient(OpSpec& spec) {
  spec.expectCounts(1, 1, 1);
  const Tensor& g = spec.input(0);
  Tensor& dx = spec.output(0);
  const PoolWindow pool = readPool(spec, dx, g);
  return {g, dx, pool.plane, readAverageCounts(spec, pool)};
}

GlobalMaxPoolGradientSpec readGlobalMaxPoolGradient(OpSpec& spec) {
  spec.expectCounts(2, 2, 1);
  const Tensor& g = spec.input(0);
  const Tensor& x = spec.input(1);
  Tensor& dx = spec.output(0);
  spec.expectShape(g, foldedShape(spec, x));
  spec.expectShape(dx, x.shape);
  return {g, x, dx, g.count(), x.count() / g.count()};
}

}  // namespace approxtorch
