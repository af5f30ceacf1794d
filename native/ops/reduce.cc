// ReduceMean and ReduceSum over any axes.
#include "common.h"
#include "factories.h"

namespace approxtorch {
namespace {

struct Axis {
  int64_t size, stride;
};

// Sum of index·stride over `axes`, for the row-major index.
int64_t offsetOf(const std::vector<Axis>& axes, int64_t index) {
  int64_t offset = 0;
  for (size_t i = axes.size(); i-- > 0;) {
    offset += index % axes[i].size * axes[i].stride;
    index /= axes[i].size;
  }
  return offset;
}

int64_t countOf(const std::vector<Axis>& axes) {
  int64_t count = 1;
  for (const Axis& axis : axes) count *= axis.size;
  return count;
}

class Reduce : public Op {
 public:
  // kept, reduced: the input's axes, neighbours of a kind joined. The last axis, `row` elements long, is in
  // neither: it is reduced or kept as `reducesRows` says.
  Reduce(const Tensor& x, Tensor& y, std::vector<Axis> kept, std::vector<Axis> reduced, int64_t row,
         bool reducesRows, bool mean)
      : x_(x.f32()),
        y_(y.f32()),
        kept_(std::move(kept)),
        reduced_(std::move(reduced)),
        row_(row),
        reducesRows_(reducesRows),
        divisor_(mean ? static_cast<float>(x.count() / y.count()) : 1.0f) {}

  void run(RunContext& context) override {
    const int64_t terms = countOf(reduced_);
    if (reducesRows_) {
      context.pool().parallelFor(countOf(kept_), rowsPerGrain(terms * row_),
                                 [&](int64_t begin, int64_t end, int) {
                                   for (int64_t i = begin; i < end; ++i) {
                                     const float* x = x_ + offsetOf(kept_, i);
                                     double sum = 0.0;  // the rows may be many, and cancel
                                     for (int64_t t = 0; t < terms; ++t)
                                       sum += floatKernels().sum(x + offsetOf(reduced_, t), row_);
                                     y_[i] = static_cast<float>(sum / divisor_);
                                   }
                                 });
      return;
    }
    constexpr int64_t kChunk = 1024;  // of a row: stays in the first cache while the terms are added
    const int64_t chunks = (row_ + kChunk - 1) / kChunk;
    context.pool().parallelFor(countOf(kept_) * chunks, 1, [&](int64_t begin, int64_t end, int) {
      for (int64_t i = begin; i < end; ++i) {
        const int64_t first = i % chunks * kChunk;
        const int64_t count = std::min(kChunk, row_ - first);
        const float* x = x_ + offsetOf(kept_, i / chunks) + first;
        float* y = y_ + i / chunks * row_ + first;
        std::fill_n(y, count, 0.0f);
        for (int64_t t = 0; t < terms; ++t) floatKernels().addRow(x + offsetOf(reduced_, t), y, count);
        for (int64_t j = 0; j < count; ++j) y[j] /= divisor_;
      }
    });
  }

 private:
  const float* x_;
  float* y_;
  std::vector<Axis> kept_, reduced_;
  int64_t row_;
  bool reducesRows_;
  float divisor_;
};

OpPointer makeReduce(OpSpec& spec, bool mean) {
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

  std::vector<Axis> kept, reduced;
  int64_t row = 1;
  int64_t stride = 1;
  size_t end = x.shape.size();
  const bool reducesRows = isReduced.back();
  for (; end > 0 && isReduced[end - 1] == reducesRows; --end) row *= x.shape[end - 1];
  stride = row;
  bool joins = false;
  for (; end > 0; --end) {
    std::vector<Axis>& axes = isReduced[end - 1] ? reduced : kept;
    if (joins) {
      axes.front().size *= x.shape[end - 1];
    } else {
      axes.insert(axes.begin(), {x.shape[end - 1], stride});
    }
    stride *= x.shape[end - 1];
    joins = end > 1 && isReduced[end - 2] == isReduced[end - 1];
  }
  return std::make_unique<Reduce>(x, y, std::move(kept), std::move(reduced), row, reducesRows, mean);
}

}  // namespace

OpPointer makeReduceMean(OpSpec& spec) { return makeReduce(spec, true); }

OpPointer makeReduceSum(OpSpec& spec) { return makeReduce(spec, false); }

}  // namespace approxtorch
