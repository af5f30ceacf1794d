// Steps that turn gradients into the next parameters.
#include <cmath>

#include "../cpu/gradient_kernels.h"
#include "common.h"
#include "factories.h"

namespace approxtorch {
namespace {

// What the steps of both optimizers share: inputs are P, G, `states` moments, norm, learning rate, apply.
struct UpdateInputs {
  float* p;
  const float* g;
  int64_t count;
  const float *norm, *learningRate, *apply;

  UpdateInputs(OpSpec& spec, size_t states)
      : p(outputInPlace(spec, 0, 0).f32()),
        g(spec.input(1).f32()),
        count(spec.input(0).count()),
        norm(scalarInput(spec, states + 2)),
        learningRate(scalarInput(spec, states + 3)),
        apply(scalarInput(spec, states + 4)) {
    spec.expectShape(spec.input(1), spec.input(0).shape);
    for (size_t i = 1; i <= states; ++i) spec.expectShape(outputInPlace(spec, i, i + 1), spec.input(0).shape);
  }

  bool applies() const { return *apply != 0.0f && std::isfinite(*norm); }

  // The factor that brings the gradients' norm down to `limit`. The small addend is PyTorch's.
  float clip(float limit) const {
    return static_cast<float>(
        std::min(1.0, static_cast<double>(limit) / (static_cast<double>(*norm) + 1e-6)));
  }
};

float readClipNorm(OpSpec& spec) {
  const float limit = spec.attributes.bound("clipNorm");
  if (!(limit > 0.0f)) spec.fail("clipNorm must be above 0");
  return limit;
}

class SgdUpdate : public Op {
 public:
  // step: all but clip and learning rate
  SgdUpdate(const UpdateInputs& inputs, float* velocity, SgdStep step, float clipNorm)
      : inputs_(inputs), velocity_(velocity), step_(step), clipNorm_(clipNorm) {}

  bool mayOverwrite(size_t input) const override { return input == 0 || input == 2; }

  void run(RunContext& context) override {
    if (!inputs_.applies()) return;
    SgdStep step = step_;
    step.clip = inputs_.clip(clipNorm_);
    step.learningRate = *inputs_.learningRate;
    context.pool().parallelFor(inputs_.count, kGrain, [&](int64_t begin, int64_t end, int) {
      gradientKernels().sgd(inputs_.p + begin, inputs_.g + begin, velocity_ + begin, end - begin, step);
    });
  }

 private:
  UpdateInputs inputs_;
  float* velocity_;
  SgdStep step_;
  float clipNorm_;
};

class AdamUpdate : public Op {
 public:
  struct Parameters {
    double beta1, beta2, weightDecay;
    float epsilon, clipNorm;
    bool decoupled;
  };

  AdamUpdate(const UpdateInputs& inputs, float* mean, float* square, const float* step,
             const Parameters& parameters)
      : inputs_(inputs), mean_(mean), square_(square), step_(step), parameters_(parameters) {}

  bool mayOverwrite(size_t input) const override { return input == 0 || input == 2 || input == 3; }

  void run(RunContext& context) override {
    if (!inputs_.applies()) return;
    const AdamStep step = nextStep();
    context.pool().parallelFor(inputs_.count, kGrain, [&](int64_t begin, int64_t end, int) {
      gradientKernels().adam(inputs_.p + begin, inputs_.g + begin, mean_ + begin, square_ + begin,
                             end - begin, step);
    });
  }

 private:
  // D. P. Kingma, J. Ba, arXiv:1412.6980; decoupled weight decay: I. Loshchilov, F. Hutter, arXiv:1711.05101.
  AdamStep nextStep() const {
    const Parameters& p = parameters_;
    const double number = *step_;
    if (!(number >= 1.0)) throw PlanError("AdamUpdate: the step must be at least 1");
    const double rate = *inputs_.learningRate;
    const double correction1 = 1.0 - std::pow(p.beta1, number);
    const double correction2 = 1.0 - std::pow(p.beta2, number);
    return {inputs_.clip(p.clipNorm),
            static_cast<float>(p.decoupled ? 0.0 : p.weightDecay),
            static_cast<float>(p.decoupled ? 1.0 - rate * p.weightDecay : 1.0),
            static_cast<float>(1.0 - p.beta1),
            static_cast<float>(p.beta2),
            static_cast<float>(1.0 - p.beta2),
            static_cast<float>(rate / correction1),
            static_cast<float>(std::sqrt(correction2)),
            p.epsilon};
  }

  UpdateInputs inputs_;
  float* mean_;
  float* square_;
  const float* step_;
  Parameters parameters_;
};

class EmaUpdate : public Op {
 public:
  EmaUpdate(Tensor& average, const Tensor& p, const float* apply, double decay)
      : average_(average.f32()),
        p_(p.f32()),
        apply_(apply),
        count_(p.count()),
        fresh_(static_cast<float>(1.0 - decay)) {}

  bool mayOverwrite(size_t input) const override { return input == 0; }

  void run(RunContext& context) override {
    if (*apply_ == 0.0f) return;
    context.pool().parallelFor(count_, kGrain, [&](int64_t begin, int64_t end, int) {
      gradientKernels().average(average_ + begin, p_ + begin, end - begin, fresh_);
    });
  }

 private:
  float* average_;
  const float* p_;
  const float* apply_;
  int64_t count_;
  float fresh_;
};

}  // namespace

OpPointer makeSgdUpdate(OpSpec& spec) {
  spec.expectCounts(6, 6, 2);
  const UpdateInputs inputs(spec, 1);
  SgdStep step{};
  step.momentum = static_cast<float>(spec.attributes.real("momentum", 0.0, 1.0));
  step.nesterov = spec.attributes.flag("nesterov");
  step.weightDecay = spec.attributes.number("weightDecay");
  return std::make_unique<SgdUpdate>(inputs, spec.output(1).f32(), step, readClipNorm(spec));
}

OpPointer makeAdamUpdate(OpSpec& spec) {
  spec.expectCounts(8, 8, 3);
  const UpdateInputs inputs(spec, 2);
  AdamUpdate::Parameters parameters;
  parameters.beta1 = spec.attributes.real("beta1", 0.0, 1.0);
  parameters.beta2 = spec.attributes.real("beta2", 0.0, 1.0);
  if (parameters.beta1 == 1.0 || parameters.beta2 == 1.0) spec.fail("beta1 and beta2 must be below 1");
  parameters.weightDecay = spec.attributes.number("weightDecay");
  parameters.epsilon = spec.attributes.number("epsilon");
  parameters.clipNorm = readClipNorm(spec);
  parameters.decoupled = spec.attributes.flag("decoupled");
  return std::make_unique<AdamUpdate>(inputs, spec.output(1).f32(), spec.output(2).f32(),
                                      scalarInput(spec, 7), parameters);
}

OpPointer makeEmaUpdate(OpSpec& spec) {
  spec.expectCounts(3, 3, 1);
  Tensor& average = outputInPlace(spec, 0, 0);
  const Tensor& p = spec.input(1);
  spec.expectShape(p, average.shape);
  return std::make_unique<EmaUpdate>(average, p, scalarInput(spec, 2),
                                     spec.attributes.real("decay", 0.0, 1.0));
}

}  // namespace approxtorch
