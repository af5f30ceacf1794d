// Functions of single elements.
#include "common.h"
#include "factories.h"

namespace approxtorch {
namespace {

class Activation : public Op {
 public:
  Activation(const Tensor& x, Tensor& y, Unary kind, UnaryParameters parameters)
      : x_(x.f32()), y_(y.f32()), count_(x.count()), kind_(kind), parameters_(parameters) {}

  bool mayOverwrite(size_t) const override { return true; }

  void run(RunContext& context) override {
    const auto loop = floatKernels().unary[static_cast<int>(kind_)];
    context.pool().parallelFor(count_, kGrain, [&](int64_t begin, int64_t end, int) {
      loop(x_ + begin, y_ + begin, end - begin, parameters_);
    });
  }

 private:
  const float* x_;
  float* y_;
  int64_t count_;
  Unary kind_;
  UnaryParameters parameters_;
};

OpPointer make(OpSpec& spec, Unary kind, UnaryParameters parameters = {0.0f, 0.0f}) {
  spec.expectCounts(1, 1, 1);
  const Tensor& x = spec.input(0);
  Tensor& y = spec.output(0);
  spec.expectShape(y, x.shape);
  return std::make_unique<Activation>(x, y, kind, parameters);
}

}  // namespace

OpPointer makeRelu(OpSpec& spec) { return make(spec, Unary::kClamp, {0.0f, kNoClamp.high}); }

OpPointer makeClip(OpSpec& spec) {
  const float low = spec.attributes.bound("min");
  return make(spec, Unary::kClamp, {low, spec.attributes.bound("max")});
}

OpPointer makeLeakyRelu(OpSpec& spec) {
  return make(spec, Unary::kLeakyRelu, {spec.attributes.number("alpha"), 0.0f});
}

OpPointer makeElu(OpSpec& spec) { return make(spec, Unary::kElu, {spec.attributes.number("alpha"), 0.0f}); }

OpPointer makeSigmoid(OpSpec& spec) { return make(spec, Unary::kSigmoid); }

OpPointer makeTanh(OpSpec& spec) { return make(spec, Unary::kTanh); }

OpPointer makeHardSigmoid(OpSpec& spec) {
  const float alpha = spec.attributes.number("alpha");
  return make(spec, Unary::kHardSigmoid, {alpha, spec.attributes.number("beta")});
}

OpPointer makeHardSwish(OpSpec& spec) { return make(spec, Unary::kHardSwish); }

}  // namespace approxtorch
