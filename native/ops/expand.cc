// Expand: the gradient of sums and means over axes.
#include "../spec/broadcast.h"
#include "common.h"
#include "factories.h"

namespace approxtorch {
namespace {

class Expand : public Op {
 public:
  Expand(const Tensor& x, Tensor& y, BroadcastWalk walk, float scale)
      : x_(x.f32()), y_(y.f32()), walk_(std::move(walk)), scale_(scale) {}

  bool mayOverwrite(size_t) const override { return true; }

  void run(RunContext& context) override {
    const bool repeats = walk_.strideA.back() == 0;
    context.pool().parallelFor(elementCount(walk_.shape), kGrain, [&](int64_t begin, int64_t end, int) {
      forEachRun(walk_, begin, end, [&](int64_t x, int64_t, int64_t y, int64_t count) {
        if (repeats) {
          std::fill_n(y_ + y, count, x_[x] * scale_);
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

OpPointer makeExpand(OpSpec& spec) {
  spec.expectCounts(1, 1, 1);
  const Tensor& x = spec.input(0);
  Tensor& y = spec.output(0);
  spec.expectRank(y, x.shape.size(), x.shape.size());
  return std::make_unique<Expand>(x, y, expandWalk(spec, x, y), spec.attributes.number("scale"));
}

}  // namespace approxtorch
