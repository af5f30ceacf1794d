// Gradients of functions of single elements.
#include "../cpu/gradient_kernels.h"
#include "../spec/binary_spec.h"
#include "../spec/unary_spec.h"
#include "common.h"
#include "factories.h"

namespace approxtorch {
namespace {

class ActivationGradient : public Op {
 public:
  explicit ActivationGradient(const PointwiseGradientSpec& spec)
      : g_(spec.g.f32()),
        value_(spec.value.f32()),
        dx_(spec.dx.f32()),
        count_(spec.g.count()),
        kind_(spec.kind),
        parameters_(spec.parameters) {}

  bool mayOverwrite(size_t) const override { return true; }

  void run(RunContext& context) override {
    const auto loop = gradientKernels().pointwise[static_cast<int>(kind_)];
    context.pool().parallelFor(count_, kGrain, [&](int64_t begin, int64_t end, int) {
      loop(g_ + begin, value_ + begin, dx_ + begin, end - begin, parameters_);
    });
  }

 private:
  const float* g_;
  const float* value_;  // the activation's input or output
  float* dx_;
  int64_t count_;
  Pointwise kind_;
  UnaryParameters parameters_;
};

OpPointer make(const PointwiseGradientSpec& spec) { return std::make_unique<ActivationGradient>(spec); }

class PReluGradient : public Op {
 public:
  explicit PReluGradient(const PReluGradientSpec& spec)
      : g_(spec.g.f32()),
        x_(spec.x.f32()),
        slope_(spec.slope.f32()),
        dx_(spec.dx.f32()),
        dslope_(spec.dslope.f32()),
        walk_(spec.walk) {}

  bool mayOverwrite(size_t input) const override { return input < 2; }

  void run(RunContext& context) override {
    const bool oneSlope = walk_.strideB.back() == 0;
    context.pool().parallelFor(elementCount(walk_.shape), kGrain, [&](int64_t begin, int64_t end, int) {
      forEachRun(walk_, begin, end, [&](int64_t, int64_t slope, int64_t i, int64_t count) {
        gradientKernels().pRelu(g_ + i, x_ + i, slope_ + slope, oneSlope, dx_ + i, dslope_ + i, count);
      });
    });
  }

 private:
  const float* g_;
  const float* x_;
  const float* slope_;
  float* dx_;
  float* dslope_;
  BroadcastWalk walk_;
};

}  // namespace

OpPointer makeActivationGradient(OpSpec& spec) { return make(readActivationGradient(spec)); }
OpPointer makeLeakyReluGradient(OpSpec& spec) { return make(readLeakyReluGradient(spec)); }
OpPointer makeEluGradient(OpSpec& spec) { return make(readEluGradient(spec)); }
OpPointer makeHardSigmoidGradient(OpSpec& spec) { return make(readHardSigmoidGradient(spec)); }
OpPointer makeHardSwishGradient(OpSpec& spec) { return make(readHardSwishGradient(spec)); }
OpPointer makeSigmoidGradient(OpSpec& spec) { return make(readSigmoidGradient(spec)); }
OpPointer makeTanhGradient(OpSpec& spec) { return make(readTanhGradient(spec)); }

OpPointer makePReluGradient(OpSpec& spec) { return std::make_unique<PReluGradient>(readPReluGradient(spec)); }

}  // namespace approxtorch
