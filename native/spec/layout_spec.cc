#include "layout_spec.h"

#include <algorithm>

#include "axis_sources.h"

namespace approxtorch {
namespace {

std::vector<int64_t> denseStrides(const Shape& shape) {
  std::vector<int64_t> strides(shape.size(), 1);
  for (size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * shape[i];
  return strides;
}

// strides: of x, along the axes of y
StridedCopySpec stridedCopy(const Tensor& x, Tensor& y, int64_t start, const std::vector<int64_t>& strides) {
  std::vector<StridedCopySpec::Axis> axes;
  int64_t to = 1;
  for (size_t i = y.shape.size(); i-- > 0;) {
    const int64_t size = y.shape[i];
    if (size == 1) continue;
    if (!axes.empty() && axes.front().from * axes.front().size == strides[i]) {
      axes.front().size *= size;
    } else {
      axes.insert(axes.begin(), {size, strides[i], to});
    }
    to *= size;
  }
  return {x, y, start, axes};
}

}  // namespace

ConcatSpec readConcat(OpSpec& spec) {
  constexpr size_t kMaxParts = 1 << 16;
  spec.expectCounts(1, kMaxParts, 1);
  Tensor& y = spec.output(0);
  spec.expectRank(y, 1, kMaxRank);
  const auto axis =
      static_cast<size_t>(spec.attributes.integer("axis", 0, static_cast<int64_t>(y.shape.size()) - 1));
  std::vector<ConcatSpec::Part> parts;
  int64_t offset = 0;
  Shape shape = y.shape;
  shape[axis] = 0;
  for (size_t i = 0; i < spec.inputCount(); ++i) {
    const Tensor& x = spec.input(i);
    Shape expected = y.shape;
    if (x.shape.size() == y.shape.size()) expected[axis] = x.shape[axis];
    spec.expectShape(x, expected);
    const int64_t size = product(x.shape, axis, x.shape.size());
    parts.push_back({x, size, offset});
    offset += size;
    shape[axis] += x.shape[axis];
  }
  spec.expectShape(y, shape);
  const int64_t outer = product(y.shape, 0, axis);
  return {std::move(parts), y, outer, y.count() / outer};
}

StridedCopySpec readSlice(OpSpec& spec) {
  spec.expectCounts(1, 1, 1);
  const Tensor& x = spec.input(0);
  Tensor& y = spec.output(0);
  const std::vector<SliceAxis> axes = readSliceAxes(spec, x, y);
  std::vector<int64_t> strides = denseStrides(x.shape);
  int64_t start = 0;
  for (size_t i = 0; i < axes.size(); ++i) {
    start += axes[i].start * strides[i];
    strides[i] *= axes[i].step;
  }
  return stridedCopy(x, y, start, strides);
}

StridedCopySpec readTranspose(OpSpec& spec) {
  spec.expectCounts(1, 1, 1);
  const Tensor& x = spec.input(0);
  Tensor& y = spec.output(0);
  const size_t rank = x.shape.size();
  const std::vector<int64_t> axes =
      spec.attributes.integers("perm", rank, 0, std::max<int64_t>(0, static_cast<int64_t>(rank) - 1));
  const std::vector<int64_t> dense = denseStrides(x.shape);
  Shape shape;
  std::vector<int64_t> strides;
  std::vector<bool> seen(rank, false);
  for (const int64_t axis : axes) {
    if (seen[axis]) spec.fail("perm names an axis twice");
    seen[axis] = true;
    shape.push_back(x.shape[axis]);
    strides.push_back(dense[axis]);
  }
  spec.expectShape(y, shape);
  return stridedCopy(x, y, 0, strides);
}

}  // namespace approxtorch
