// Expand: the gradient of sums and means over axes.
#include "../spec/expand_spec.h"
#include "common.h"
#include "factories.h"

namespace approxtorch {
namespace {

class Expand : public Op {
 public:
  explicit Expand(const ExpandSpec& spec)
      : x_(spec.x.f32()), y_(spec.y.f32()), walk_(spec.walk), scale_(spec.scale) {}

  bool mayOverwrite(size_t) const override { return true; }

  void run(RunContext& context) override {
    const bool repeats = walk_.strideA.back() == 0;
    context.pool().parallelFor(elementCount(walk_.shape), kGrain, [&](int64_t begin, int64_t end, int) {
      forEachRun(walk_, begin, end, [&](int64_t x, int64_t, int64_t y, int64_t count) {
        if (repeats) {
          std::fill_n(y_ + y, count, x_[x] * scale_ + 0.0f);  // as affine() does it: −0 becomes 0
        } else {
          floatKernels().affine(x_ + x, y_ + y, count, scale_, 0.0f);
        }
      });
    });
  }

 private:
  const float* x_;
  float* y_;
  BroadcastWalk walk_;
  float scale_;
};

}  // namespace

OpPointer makeExpand(OpSpec& spec) { return std::make_unique<Expand>(readExpand(spec)); }

}  // namespace approxtorch
