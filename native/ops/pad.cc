#include "../spec/axis_sources.h"
#include "common.h"
#include "factories.h"

namespace approxtorch {
namespace {

class Pad : public Op {
 public:
  explicit Pad(const PadSpec& spec)
      : x_(spec.x.f32()),
        y_(spec.y.f32()),
        shape_(spec.x.shape),
        row_(spec.y.shape.back()),
        rows_(spec.y.count() / spec.y.shape.back()),
        axes_(spec.axes),
        value_(spec.value) {
    const std::vector<int64_t>& last = axes_.back();
    // The first run of consecutive sources is the longest in all but tiny cases.
    while (copyBegin_ < row_ && (last[copyBegin_] == kOutside || !runsOn(copyBegin_))) ++copyBegin_;
    copyEnd_ = std::min(row_, copyBegin_ + 1);
    while (copyEnd_ < row_ && runsOn(copyEnd_ - 1)) ++copyEnd_;
  }

  void run(RunContext& context) override {
    context.pool().parallelFor(rows_, rowsPerGrain(row_), [&](int64_t begin, int64_t end, int) {
      for (int64_t row = begin; row < end; ++row) fillRow(row);
    });
  }

 private:
  // Whether the output after `o` repeats the input after that of `o`.
  bool runsOn(int64_t o) const {
    const std::vector<int64_t>& last = axes_.back();
    return o + 1 < row_ && last[o] != kOutside && last[o + 1] == last[o] + 1;
  }

  void fillRow(int64_t row) {
    float* y = y_ + row * row_;
    int64_t source = 0;
    int64_t stride = shape_.back();
    for (size_t axis = axes_.size() - 1; axis-- > 0;) {
      const auto size = static_cast<int64_t>(axes_[axis].size());
      const int64_t index = axes_[axis][row % size];
      row /= size;
      if (index == kOutside) {
        std::fill_n(y, row_, value_);
        return;
      }
      source += index * stride;
      stride *= shape_[axis];
    }
    const float* x = x_ + source;
    const std::vector<int64_t>& last = axes_.back();
    for (int64_t o = 0; o < copyBegin_; ++o) y[o] = last[o] == kOutside ? value_ : x[last[o]];
    if (copyBegin_ < copyEnd_) std::copy_n(x + last[copyBegin_], copyEnd_ - copyBegin_, y + copyBegin_);
    for (int64_t o = copyEnd_; o < row_; ++o) y[o] = last[o] == kOutside ? value_ : x[last[o]];
  }

  const float* x_;
  float* y_;
  Shape shape_;
  int64_t row_, rows_;
  AxisSources axes_;
  float value_;
  int64_t copyBegin_ = 0, copyEnd_ = 0;  // of the last axis: one piece
};

}  // namespace

OpPointer makePad(OpSpec& spec) { return std::make_unique<Pad>(readPad(spec)); }

}  // namespace approxtorch
