// Steps that turn gradients into the next parameters.
#include "../cpu/gradient_kernels.h"
#include "../math/update.h"
#include "../spec/optimizer_spec.h"
#include "common.h"
#include "factories.h"

namespace approxtorch {
namespace {

class SgdUpdate : public Op {
 public:
  explicit SgdUpdate(const SgdSpec& spec) : spec_(spec) {}

  bool mayOverwrite(size_t input) const override { return input == 0 || input == 2; }

  void run(RunContext& context) override {
    const UpdateSpec& update = spec_.update;
    if (!updates(*update.apply, *update.norm)) return;
    const SgdStep step = sgdStep(spec_.parameters, *update.norm, *update.learningRate);
    context.pool().parallelFor(update.p.count(), kGrain, [&](int64_t begin, int64_t end, int) {
      gradientKernels().sgd(update.p.f32() + begin, update.g.f32() + begin, spec_.velocity.f32() + begin,
                            end - begin, step);
    });
  }

 private:
  SgdSpec spec_;
};

class AdamUpdate : public Op {
 public:
  explicit AdamUpdate(const AdamSpec& spec) : spec_(spec) {}

  bool mayOverwrite(size_t input) const override { return input == 0 || input == 2 || input == 3; }

  void run(RunContext& context) override {
    const UpdateSpec& update = spec_.update;
    if (!updates(*update.apply, *update.norm)) return;
    if (!(*spec_.step >= 1.0f)) throw PlanError(kAdamStepError);
    const AdamStep step = adamStep(spec_.parameters, *update.norm, *update.learningRate, *spec_.step);
    context.pool().parallelFor(update.p.count(), kGrain, [&](int64_t begin, int64_t end, int) {
      gradientKernels().adam(update.p.f32() + begin, update.g.f32() + begin, spec_.mean.f32() + begin,
                             spec_.square.f32() + begin, end - begin, step);
    });
  }

 private:
  AdamSpec spec_;
};

class EmaUpdate : public Op {
 public:
  explicit EmaUpdate(const EmaSpec& spec) : spec_(spec) {}

  bool mayOverwrite(size_t input) const override { return input == 0; }

  void run(RunContext& context) override {
    if (*spec_.apply == 0.0f) return;
    context.pool().parallelFor(spec_.p.count(), kGrain, [&](int64_t begin, int64_t end, int) {
      gradientKernels().average(spec_.average.f32() + begin, spec_.p.f32() + begin, end - begin, spec_.fresh);
    });
  }

 private:
  EmaSpec spec_;
};

}  // namespace

OpPointer makeSgdUpdate(OpSpec& spec) { return std::make_unique<SgdUpdate>(readSgdUpdate(spec)); }
OpPointer makeAdamUpdate(OpSpec& spec) { return std::make_unique<AdamUpdate>(readAdamUpdate(spec)); }
OpPointer makeEmaUpdate(OpSpec& spec) { return std::make_unique<EmaUpdate>(readEmaUpdate(spec)); }

}  // namespace approxtorch
