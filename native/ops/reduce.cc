// ReduceMean and ReduceSum over any axes.
#include "../spec/reduce_spec.h"
#include "common.h"
#include "factories.h"

namespace approxtorch {
namespace {

// Sum of index·stride over `axes`, for the row-major index.
int64_t offsetOf(const std::vector<ReduceAxis>& axes, int64_t index) {
  int64_t offset = 0;
  for (size_t i = axes.size(); i-- > 0;) {
    offset += index % axes[i].size * axes[i].stride;
    index /= axes[i].size;
  }
  return offset;
}

class Reduce : public Op {
 public:
  explicit Reduce(ReduceSpec spec) : spec_(std::move(spec)) {}

  void run(RunContext& context) override {
    const float* const input = spec_.x.f32();
    float* const output = spec_.y.f32();
    const int64_t row = spec_.row;
    const int64_t terms = countOf(spec_.reduced);
    if (spec_.reducesRows) {
      context.pool().parallelFor(countOf(spec_.kept), rowsPerGrain(terms * row),
                                 [&](int64_t begin, int64_t end, int) {
                                   for (int64_t i = begin; i < end; ++i) {
                                     const float* x = input + offsetOf(spec_.kept, i);
                                     double sum = 0.0;  // the rows may be many, and cancel
                                     for (int64_t t = 0; t < terms; ++t)
                                       sum += floatKernels().sum(x + offsetOf(spec_.reduced, t), row);
                                     output[i] = static_cast<float>(sum / spec_.divisor);
                                   }
                                 });
      return;
    }
    constexpr int64_t kChunk = 1024;  // of a row: stays in the first cache while the terms are added
    const int64_t chunks = (row + kChunk - 1) / kChunk;
    context.pool().parallelFor(countOf(spec_.kept) * chunks, 1, [&](int64_t begin, int64_t end, int) {
      for (int64_t i = begin; i < end; ++i) {
        const int64_t first = i % chunks * kChunk;
        const int64_t count = std::min(kChunk, row - first);
        const float* x = input + offsetOf(spec_.kept, i / chunks) + first;
        float* y = output + i / chunks * row + first;
        std::fill_n(y, count, 0.0f);
        for (int64_t t = 0; t < terms; ++t) floatKernels().addRow(x + offsetOf(spec_.reduced, t), y, count);
        for (int64_t j = 0; j < count; ++j) y[j] /= spec_.divisor;
      }
    });
  }

 private:
  ReduceSpec spec_;
};

}  // namespace

OpPointer makeReduceMean(OpSpec& spec) { return std::make_unique<Reduce>(readReduceMean(spec)); }

OpPointer makeReduceSum(OpSpec& spec) { return std::make_unique<Reduce>(readReduceSum(spec)); }

}  // namespace approxtorch
