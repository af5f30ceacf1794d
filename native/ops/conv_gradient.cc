// Gradients of Conv by its input and its weights.
#include "../cpu/conv_gradient.h"

#include <stdexcept>

#include "../spec/conv_op_spec.h"
#include "factories.h"

namespace approxtorch {
namespace {

class ConvInputGradient : public Op {
 public:
  explicit ConvInputGradient(OpSpec& spec) : spec_(readConvInputGradient(spec)) {
    try {
      gradient_ = inputGradient(spec_.shape);
    } catch (const std::invalid_argument& error) {
      spec.fail(error.what());
    }
  }

  void run(RunContext& context) override {
    const uint8_t* mask = spec_.mask == nullptr ? nullptr : spec_.mask->u8();
    gradient_->run(context, spec_.g.f32(), spec_.w.f32(), mask, spec_.dx.f32());
  }

 private:
  const ConvInputGradientSpec spec_;
  std::unique_ptr<InputGradient> gradient_;
};

class ConvWeightGradient : public Op {
 public:
  explicit ConvWeightGradient(OpSpec& spec)
      : spec_(readConvWeightGradient(spec)), x_(spec_.x.f32(), spec_.shape.channels * spec_.shape.plane()) {
    try {
      gradient_ = weightGradient(spec_.shape, true);
    } catch (const std::invalid_argument& error) {
      spec.fail(error.what());
    }
  }

  void run(RunContext& context) override { gradient_->run(context, spec_.g.f32(), x_, spec_.dw.f32()); }

 private:
  const ConvWeightGradientSpec spec_;
  const FloatInput x_;
  std::unique_ptr<WeightGradient> gradient_;
};

}  // namespace

OpPointer makeConvInputGradient(OpSpec& spec) { return std::make_unique<ConvInputGradient>(spec); }
OpPointer makeConvWeightGradient(OpSpec& spec) { return std::make_unique<ConvWeightGradient>(spec); }

}  // namespace approxtorch
