// Gradients of functions of single elements.
#include "../../../native/math/pointwise.h"
#include "../../../native/spec/binary_spec.h"
#include "../../../native/spec/unary_spec.h"
#include "../../broadcast.h"
#include "../../elements.h"
#include "factories.h"

namespace approxtorch::cuda {
namespace {

struct Operands {
  float g, value, slope;
};

template <Pointwise kind>
__global__ void gradientElements(int64_t count, const float* g, const float* value, float* dx,
                                 UnaryParameters parameters) {
  eachElement(
      count,
      [&](int64_t i) {
        return Operands{g[i], value[i], 0.0f};
      },
      [&](int64_t i, const Operands& at) { dx[i] = gradientOf<kind>(at.g, at.value, parameters); });
}

using Kernel = void (*)(int64_t, const float*, const float*, float*, UnaryParameters);

Kernel kernelOf(Pointwise kind) {
  switch (kind) {
    case Pointwise::kLeakyRelu:
      return gradientElements<Pointwise::kLeakyRelu>;
    case Pointwise::kElu:
      return gradientElements<Pointwise::kElu>;
    case Pointwise::kHardSigmoid:
      return gradientElements<Pointwise::kHardSigmoid>;
    case Pointwise::kHardSwish:
      return gradientElements<Pointwise::kHardSwish>;
    case Pointwise::kSigmoid:
      return gradientElements<Pointwise::kSigmoid>;
    case Pointwise::kTanh:
      return gradientElements<Pointwise::kTanh>;
    default:
      return gradientElements<Pointwise::kBetween>;
  }
}

class ActivationGradient : public Op {
 public:
  explicit ActivationGradient(const PointwiseGradientSpec& spec)
      : spec_(spec), kernel_(kernelOf(spec.kind)) {}

  bool mayOverwrite(size_t) const override { return true; }

  void launch(const LaunchContext& context) override {
    launchElements(context.stream, spec_.g.count(), kernel_, spec_.g.f32(), spec_.value.f32(), spec_.dx.f32(),
                   spec_.parameters);
  }

 private:
  PointwiseGradientSpec spec_;
  Kernel kernel_;
};

__global__ void pReluGradientElements(int64_t count, const float* g, const float* x, const float* slope,
                                      float* dx, float* dslope, DeviceWalk walk) {
  const auto operands = [&](int64_t i) {
    int64_t atX, atSlope;
    walk.find(i, atX, atSlope);
    return Operands{g[i], x[i], slope[atSlope]};
  };
  eachElement(count, operands, [&](int64_t i, const Operands& at) {
    const PReluGradients gradients = pReluGradientOf(at.g, at.value, at.slope);
    dx[i] = gradients.dx;
    dslope[i] = gradients.dslope;
  });
}

class PReluGradient : public Op {
 public:
  explicit PReluGradient(const PReluGradientSpec& spec) : spec_(spec), walk_(spec.walk) {}

  bool mayOverwrite(size_t input) const override { return input < 2; }

  void launch(const LaunchContext& context) override {
    launchElements(context.stream, spec_.dx.count(), pReluGradientElements, spec_.g.f32(), spec_.x.f32(),
                   spec_.slope.f32(), spec_.dx.f32(), spec_.dslope.f32(), walk_);
  }

 private:
  PReluGradientSpec spec_;
  DeviceWalk walk_;
};

OpPointer make(const PointwiseGradientSpec& spec) { return std::make_unique<ActivationGradient>(spec); }

}  // namespace

OpPointer makeActivationGradient(OpSpec& spec) { return make(readActivationGradient(spec)); }
OpPointer makeLeakyReluGradient(OpSpec& spec) { return make(readLeakyReluGradient(spec)); }
OpPointer makeEluGradient(OpSpec& spec) { return make(readEluGradient(spec)); }
OpPointer makeHardSigmoidGradient(OpSpec& spec) { return make(readHardSigmoidGradient(spec)); }
OpPointer makeHardSwishGradient(OpSpec& spec) { return make(readHardSwishGradient(spec)); }
OpPointer makeSigmoidGradient(OpSpec& spec) { return make(readSigmoidGradient(spec)); }
OpPointer makeTanhGradient(OpSpec& spec) { return make(readTanhGradient(spec)); }
OpPointer makePReluGradient(OpSpec& spec) { return std::make_unique<PReluGradient>(readPReluGradient(spec)); }

}  // namespace approxtorch::cuda
