// Functions of single elements.
#include "../spec/unary_spec.h"
#include "common.h"
#include "factories.h"

namespace approxtorch {
namespace {

class Activation : public Op {
 public:
  explicit Activation(const UnarySpec& spec)
      : x_(spec.x.f32()),
        y_(spec.y.f32()),
        count_(spec.x.count()),
        kind_(spec.kind),
        parameters_(spec.parameters) {}

  bool mayOverwrite(size_t) const override { return true; }

  void run(RunContext& context) override {
    const auto loop = floatKernels().unary[static_cast<int>(kind_)];
    context.pool().parallelFor(count_, kGrain, [&](int64_t begin, int64_t end, int) {
      loop(x_ + begin, y_ + begin, end - begin, parameters_);
    });
  }

 private:
  const float* x_;
  float* y_;
  int64_t count_;
  Unary kind_;
  UnaryParameters parameters_;
};

OpPointer make(const UnarySpec& spec) { return std::make_unique<Activation>(spec); }

}  // namespace

OpPointer makeRelu(OpSpec& spec) { return make(readRelu(spec)); }
OpPointer makeClip(OpSpec& spec) { return make(readClip(spec)); }
OpPointer makeLeakyRelu(OpSpec& spec) { return make(readLeakyRelu(spec)); }
OpPointer makeElu(OpSpec& spec) { return make(readElu(spec)); }
OpPointer makeSigmoid(OpSpec& spec) { return make(readSigmoid(spec)); }
OpPointer makeTanh(OpSpec& spec) { return make(readTanh(spec)); }
OpPointer makeHardSigmoid(OpSpec& spec) { return make(readHardSigmoid(spec)); }
OpPointer makeHardSwish(OpSpec& spec) { return make(readHardSwish(spec)); }

}  // namespace approxtorch
