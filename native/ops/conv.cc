#include "../cpu/conv.h"

#include <stdexcept>

#include "../spec/conv_op_spec.h"
#include "factories.h"

namespace approxtorch {
namespace {

class Conv : public Op {
 public:
  explicit Conv(OpSpec& spec) {
    const ConvOpSpec conv = readConv(spec);
    operands_ = {conv.x.f32(), conv.w.f32(), conv.bias == nullptr ? nullptr : conv.bias->f32(), conv.clamp,
                 conv.y.f32()};
    try {
      convolution_ = convolution(conv.shape);
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
