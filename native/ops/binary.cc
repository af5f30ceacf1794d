// Functions of two elements, with broadcasting as numpy does it.
#include "../spec/binary_spec.h"
#include "common.h"
#include "factories.h"

namespace approxtorch {
namespace {

class BinaryOp : public Op {
 public:
  explicit BinaryOp(const BinarySpec& spec)
      : a_(spec.a.f32()),
        b_(spec.b.f32()),
        y_(spec.y.f32()),
        walk_(spec.walk),
        kind_(spec.kind),
        clamp_(spec.clamp) {}

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

OpPointer make(const BinarySpec& spec) { return std::make_unique<BinaryOp>(spec); }

}  // namespace

OpPointer makeAdd(OpSpec& spec) { return make(readAdd(spec)); }
OpPointer makeSub(OpSpec& spec) { return make(readSub(spec)); }
OpPointer makeMul(OpSpec& spec) { return make(readMul(spec)); }
OpPointer makeDiv(OpSpec& spec) { return make(readDiv(spec)); }
OpPointer makePRelu(OpSpec& spec) { return make(readPRelu(spec)); }

}  // namespace approxtorch
