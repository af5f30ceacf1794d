#include "factories.h"

namespace approxtorch {
namespace {

class Relu : public Op {
 public:
  Relu(const Tensor& x, Tensor& y) : x_(x.f32()), y_(y.f32()), count_(x.count()) {}
  bool mayOverwrite(size_t) const override { return true; }
  void run(RunContext& context) override {
    context.pool().parallelFor(count_, 16384, [&](int64_t begin, int64_t end, int) {
      for (int64_t i = begin; i < end; ++i) y_[i] = x_[i] < 0 ? 0 : x_[i];
    });
  }

 private:
  const float* x_;
  float* y_;
  int64_t count_;
};

}  // namespace

std::unique_ptr<Op> makeRelu(OpSpec& spec) {
  spec.expectCounts(1, 1, 1);
  const Tensor& x = spec.input(0);
  Tensor& y = spec.output(0);
  spec.expectShape(y, x.shape);
  return std::make_unique<Relu>(x, y);
}

}  // namespace approxtorch
