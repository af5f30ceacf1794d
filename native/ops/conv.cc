#include "../cpu/conv.h"

#include <stdexcept>

#include "../spec/conv_spec.h"
#include "common.h"
#include "factories.h"

namespace approxtorch {
namespace {

class Conv : public Op {
 public:
  explicit Conv(OpSpec& spec) {
    spec.expectCounts(2, 3, 1);
    const Tensor& x = spec.input(0);
    const Tensor& w = spec.input(1);
    const Tensor* bias = spec.optionalInput(2);
    Tensor& y = spec.output(0);
    const ConvShape shape = readConvShape(spec, x, w, y);
    if (bias != nullptr) spec.expectShape(*bias, {shape.outputs});
    operands_ = {x.f32(), w.f32(), bias == nullptr ? nullptr : bias->f32(), readActivation(spec), y.f32()};
    try {
      convolution_ = convolution(shape);
    } catch (const std::invalid_argument& error) {
      spec.fail(error.what());
    }
  }

  void run(RunContext& context) override { convolution_->run(context, operands_); }

 private:
  ConvOperands operands_{};
  std::unique_ptr<Convolution> convolution_;
};

}  // namespace

OpPointer makeConv(OpSpec& spec) { return std::make_unique<Conv>(spec); }

}  // namespace approxtorch
