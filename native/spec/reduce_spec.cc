#include "reduce_spec.h"

namespace approxtorch {
namespace {

ReduceSpec read(OpSpec& spec, bool mean) {
  spec.expectCounts(1, 1, 1);
  const Tensor& x = spec.input(0);
  Tensor& y = spec.output(0);
  spec.expectRank(x, 1, kMaxRank);
  const int64_t rank = static_cast<int64_t>(x.shape.size());
  std::vector<bool> isReduced(x.shape.size(), false);
  for (const int64_t axis : spec.attributes.integers("axes", 0, rank - 1)) isReduced[axis] = true;

  Shape withAxes, withoutAxes;
  for (size_t i = 0; i < x.shape.size(); ++i) {
    withAxes.push_back(isReduced[i] ? 1 : x.shape[i]);
    if (!isReduced[i]) withoutAxes.push_back(x.shape[i]);
  }
  if (y.shape != withoutAxes) spec.expectShape(y, withAxes);

  std::vector<ReduceAxis> kept, reduced;
  int64_t row = 1;
  int64_t stride = 1;
  size_t end = x.shape.size();
  const bool reducesRows = isReduced.back();
  for (; end > 0 && isReduced[end - 1] == reducesRows; --end) row *= x.shape[end - 1];
  stride = row;
  bool joins = false;
  for (; end > 0; --end) {
    std::vector<ReduceAxis>& axes = isReduced[end - 1] ? reduced : kept;
    if (joins) {
      axes.front().size *= x.shape[end - 1];
    } else {
      axes.insert(axes.begin(), {x.shape[end - 1], stride});
    }
    stride *= x.shape[end - 1];
    joins = end > 1 && isReduced[end - 2] == isReduced[end - 1];
  }
  const float divisor = mean ? static_cast<float>(x.count() / y.count()) : 1.0f;
  return {x, y, std::move(kept), std::move(reduced), row, reducesRows, divisor};
}

}  // namespace

int64_t countOf(const std::vector<ReduceAxis>& axes) {
  int64_t count = 1;
  for (const ReduceAxis& axis : axes) count *= axis.size;
  return count;
}

ReduceSpec readReduceMean(OpSpec& spec) { return read(spec, true); }

ReduceSpec readReduceSum(OpSpec& spec) { return read(spec, false); }

}  // namespace approxtorch
