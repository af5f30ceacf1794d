// Gradients of Conv by its input and its weights.
#include "../cpu/conv_gradient.h"

#include <stdexcept>

#include "../spec/conv_spec.h"
#include "factories.h"

namespace approxtorch {
namespace {

class ConvInputGradient : public Op {
 public:
  explicit ConvInputGradient(OpSpec& spec) : g_(spec.input(0)), w_(spec.input(1)), dx_(spec.output(0)) {
    spec.expectCounts(2, 3, 1);
    const Tensor* mask = spec.optionalInput(2, DataType::kU8);
    if (mask != nullptr) {
      spec.expectShape(*mask, {(dx_.count() + 7) / 8});
      mask_ = mask->u8();
    }
    try {
      gradient_ = inputGradient(readConvShape(spec, dx_, w_, g_));
    } catch (const std::invalid_argument& error) {
      spec.fail(error.what());
    }
  }

  void run(RunContext& context) override { gradient_->run(context, g_.f32(), w_.f32(), mask_, dx_.f32()); }

 private:
  const Tensor& g_;
  const Tensor& w_;
  Tensor& dx_;
  const uint8_t* mask_ = nullptr;
  std::unique_ptr<InputGradient> gradient_;
};

class ConvWeightGradient : public Op {
 public:
  explicit ConvWeightGradient(OpSpec& spec)
      : g_(spec.input(0)),
        dw_(spec.output(0)),
        shape_(readConvShape(spec, spec.input(1), dw_, g_)),
        x_(spec.input(1).f32(), shape_.channels * shape_.plane()) {
    spec.expectCounts(2, 2, 1);
    try {
      gradient_ = weightGradient(shape_, true);
    } catch (const std::invalid_argument& error) {
      spec.fail(error.what());
    }
  }

  void run(RunContext& context) override { gradient_->run(context, g_.f32(), x_, dw_.f32()); }

 private:
  const Tensor& g_;
  Tensor& dw_;
  const ConvShape shape_;
  const FloatInput x_;
  std::unique_ptr<WeightGradient> gradient_;
};

}  // namespace

OpPointer makeConvInputGradient(OpSpec& spec) { return std::make_unique<ConvInputGradient>(spec); }
OpPointer makeConvWeightGradient(OpSpec& spec) { return std::make_unique<ConvWeightGradient>(spec); }

}  // namespace approxtorch
