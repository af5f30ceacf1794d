// Ops that only move elements: Concat, Slice, Transpose.
#include "../spec/layout_spec.h"
#include "common.h"
#include "factories.h"
#include "strided_copy.h"

namespace approxtorch {
namespace {

class Concat : public Op {
 public:
  explicit Concat(ConcatSpec spec) : spec_(std::move(spec)) {}

  void run(RunContext& context) override {
    for (const ConcatSpec::Part& part : spec_.parts) {
      const float* x = part.x.f32();
      float* y = spec_.y.f32() + part.offset;
      context.pool().parallelFor(spec_.outer, rowsPerGrain(part.size), [&](int64_t begin, int64_t end, int) {
        for (int64_t i = begin; i < end; ++i) std::copy_n(x + i * part.size, part.size, y + i * spec_.row);
      });
    }
  }

 private:
  ConcatSpec spec_;
};

}  // namespace

OpPointer makeConcat(OpSpec& spec) { return std::make_unique<Concat>(readConcat(spec)); }
OpPointer makeSlice(OpSpec& spec) { return std::make_unique<StridedCopy>(readSlice(spec)); }
OpPointer makeTranspose(OpSpec& spec) { return std::make_unique<StridedCopy>(readTranspose(spec)); }

}  // namespace approxtorch
