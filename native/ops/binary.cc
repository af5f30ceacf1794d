// Functions of two elements, with broadcasting as numpy does it.
#include "broadcast.h"
#include "common.h"
#include "factories.h"

namespace approxtorch {
namespace {

class BinaryOp : public Op {
 public:
  BinaryOp(const Tensor& a, const Tensor& b, Tensor& y, BroadcastWalk walk, Binary kind, Clamp clamp)
      : a_(a.f32()), b_(b.f32()), y_(y.f32()), walk_(std::move(walk)), kind_(kind), clamp_(clamp) {}

  // An operand of the output's size is read where the result is written.
  bool mayOverwrite(size_t) const override { return true; }

  void run(RunContext& context) override {
    const Operands operands = walk_.strideB.back() == 0   ? Operands::kFirst
                              : walk_.strideA.back() == 0 ? Operands::kSecond
                                                          : Operands::kBoth;
    const auto loop = floatKernels().binary[static_cast<int>(kind_)][static_cast<int>(operands)];
    context.pool().parallelFor(elementCount(walk_.shape), kGrain, [&](int64_t begin, int64_t end, int) {
      forEachRun(walk_, begin, end, [&](int64_t a, int64_t b, int64_t y, int64_t count) {
        loop(a_ + a, b_ + b, y_ + y, count, clamp_);
      });
    });
  }

 private:
  const float* a_;
  const float* b_;
  float* y_;
  BroadcastWalk walk_;
  Binary kind_;
  Clamp clamp_;
};

OpPointer make(OpSpec& spec, Binary kind, Clamp clamp) {
  spec.expectCounts(2, 2, 1);
  const Tensor& a = spec.input(0);
  const Tensor& b = spec.input(1);
  Tensor& y = spec.output(0);
  return std::make_unique<BinaryOp>(a, b, y, broadcastWalk(spec, a, b, y), kind, clamp);
}

}  // namespace

OpPointer makeAdd(OpSpec& spec) { return make(spec, Binary::kAdd, readActivation(spec)); }

OpPointer makeSub(OpSpec& spec) { return make(spec, Binary::kSub, readActivation(spec)); }

OpPointer makeMul(OpSpec& spec) { return make(spec, Binary::kMul, readActivation(spec)); }

OpPointer makeDiv(OpSpec& spec) { return make(spec, Binary::kDiv, readActivation(spec)); }

OpPointer makePRelu(OpSpec& spec) { return make(spec, Binary::kPRelu, kNoClamp); }

}  // namespace approxtorch
