// Conv, and its gradients by its input and its weights.
#include <stdexcept>

#include "../../../native/spec/common.h"
#include "../../../native/spec/conv_op_spec.h"
#include "../../linear_gemm/convolution.h"
#include "factories.h"

namespace approxtorch::cuda {
namespace {

// An op that is one of the three directions of a convolution.
class ConvDirection : public Op {
 public:
  using Make = std::unique_ptr<LinearOp> (*)(const ConvShape&);
  ConvDirection(const OpSpec& spec, const ConvShape& shape, Make make, const LinearOperands& operands)
      : operands_(operands) {
    try {
      linear_ = make(shape);
    } catch (const std::invalid_argument& error) {
      spec.fail(error.what());
    }
  }

  size_t scratchBytes() const override { return linear_->scratchBytes(); }
  const char* kernel() const override { return linear_->kernel(); }
  void launch(const LaunchContext& context) override {
    linear_->launch(context.stream, context.scratch, operands_);
  }

 private:
  LinearOperands operands_;
  std::unique_ptr<LinearOp> linear_;
};

}  // namespace

OpPointer makeConv(OpSpec& spec) {
  const ConvOpSpec s = readConv(spec);
  const float* bias = s.bias == nullptr ? nullptr : s.bias->f32();
  return std::make_unique<ConvDirection>(
      spec, s.shape, convolution, LinearOperands{s.x.f32(), s.w.f32(), bias, {s.clamp, nullptr}, s.y.f32()});
}

OpPointer makeConvInputGradient(OpSpec& spec) {
  const ConvInputGradientSpec s = readConvInputGradient(spec);
  const uint8_t* mask = s.mask == nullptr ? nullptr : s.mask->u8();
  return std::make_unique<ConvDirection>(
      spec, s.shape, inputGradient,
      LinearOperands{s.g.f32(), s.w.f32(), nullptr, {kNoClamp, mask}, s.dx.f32()});
}

OpPointer makeConvWeightGradient(OpSpec& spec) {
  const ConvWeightGradientSpec s = readConvWeightGradient(spec);
  return std::make_unique<ConvDirection>(
      spec, s.shape, weightGradient,
      LinearOperands{s.g.f32(), s.x.f32(), nullptr, {kNoClamp, nullptr}, s.dw.f32()});
}

}  // namespace approxtorch::cuda
