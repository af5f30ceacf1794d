// Functions of single elements.
#include "../../../native/math/pointwise.h"
#include "../../../native/spec/unary_spec.h"
#include "../../elements.h"
#include "factories.h"

namespace approxtorch::cuda {
namespace {

template <Unary kind>
__global__ void unaryElements(int64_t count, const float* x, float* y, UnaryParameters parameters) {
  eachElement(
      count, [&](int64_t i) { return x[i]; },
      [&](int64_t i, float value) { y[i] = unaryOf<kind>(value, parameters); });
}

using Kernel = void (*)(int64_t, const float*, float*, UnaryParameters);

Kernel kernelOf(Unary kind) {
  switch (kind) {
    case Unary::kLeakyRelu:
      return unaryElements<Unary::kLeakyRelu>;
    case Unary::kElu:
      return unaryElements<Unary::kElu>;
    case Unary::kSigmoid:
      return unaryElements<Unary::kSigmoid>;
    case Unary::kTanh:
      return unaryElements<Unary::kTanh>;
    case Unary::kHardSigmoid:
      return unaryElements<Unary::kHardSigmoid>;
    case Unary::kHardSwish:
      return unaryElements<Unary::kHardSwish>;
    default:
      return unaryElements<Unary::kClamp>;
  }
}

class Activation : public Op {
 public:
  explicit Activation(const UnarySpec& spec) : spec_(spec), kernel_(kernelOf(spec.kind)) {}

  bool mayOverwrite(size_t) const override { return true; }

  void launch(const LaunchContext& context) override {
    launchElements(context.stream, spec_.x.count(), kernel_, spec_.x.f32(), spec_.y.f32(), spec_.parameters);
  }

 private:
  UnarySpec spec_;
  Kernel kernel_;
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

}  // namespace approxtorch::cuda
