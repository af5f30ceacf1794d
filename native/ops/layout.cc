// Ops that only move elements: Concat, Slice, Transpose.
#include "../spec/axis_sources.h"
#include "common.h"
#include "factories.h"
#include "strided_copy.h"

namespace approxtorch {
namespace {

class Concat : public Op {
 public:
  struct Part {
    const float* x;
    int64_t size;    // elements per outer index
    int64_t offset;  // in the output's row
  };

  Concat(std::vector<Part> parts, int64_t outer, Tensor& y)
      : parts_(std::move(parts)), outer_(outer), row_(y.count() / outer), y_(y.f32()) {}

  void run(RunContext& context) override {
    for (const Part& part : parts_) {
      context.pool().parallelFor(outer_, rowsPerGrain(part.size), [&](int64_t begin, int64_t end, int) {
        for (int64_t i = begin; i < end; ++i) {
          std::copy_n(part.x + i * part.size, part.size, y_ + i * row_ + part.offset);
        }
      });
    }
  }

 private:
  std::vector<Part> parts_;
  int64_t outer_, row_;
  float* y_;
};

std::vector<int64_t> denseStrides(const Shape& shape) {
  std::vector<int64_t> strides(shape.size(), 1);
  for (size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * shape[i];
  return strides;
}

}  // namespace

OpPointer makeConcat(OpSpec& spec) {
  constexpr size_t kMaxParts = 1 << 16;
  spec.expectCounts(1, kMaxParts, 1);
  Tensor& y = spec.output(0);
  spec.expectRank(y, 1, kMaxRank);
  const auto axis =
      static_cast<size_t>(spec.attributes.integer("axis", 0, static_cast<int64_t>(y.shape.size()) - 1));
  std::vector<Concat::Part> parts;
  int64_t offset = 0;
  Shape shape = y.shape;
  shape[axis] = 0;
  for (size_t i = 0; i < spec.inputCount(); ++i) {
    const Tensor& x = spec.input(i);
    Shape expected = y.shape;
    if (x.shape.size() == y.shape.size()) expected[axis] = x.shape[axis];
    spec.expectShape(x, expected);
    const int64_t size = product(x.shape, axis, x.shape.size());
    parts.push_back({x.f32(), size, offset});
    offset += size;
    shape[axis] += x.shape[axis];
  }
  spec.expectShape(y, shape);
  return std::make_unique<Concat>(std::move(parts), product(y.shape, 0, axis), y);
}

OpPointer makeSlice(OpSpec& spec) {
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
  return std::make_unique<StridedCopy>(x.f32(), start, strides, y);
}

OpPointer makeTranspose(OpSpec& spec) {
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
  return std::make_unique<StridedCopy>(x.f32(), 0, strides, y);
}

}  // namespace approxtorch
