// Functions of two elements, with broadcasting as numpy does it.
#include "../../../native/math/pointwise.h"
#include "../../../native/spec/binary_spec.h"
#include "../../broadcast.h"
#include "../../elements.h"
#include "factories.h"

namespace approxtorch::cuda {
namespace {

struct Operands {
  float a, b;
};

template <Binary kind>
__global__ void binaryElements(int64_t count, const float* a, const float* b, float* y, DeviceWalk walk,
                               Clamp clamp) {
  const auto operands = [&](int64_t i) {
    int64_t first, second;
    walk.find(i, first, second);
    return Operands{a[first], b[second]};
  };
  eachElement(count, operands,
              [&](int64_t i, const Operands& at) { y[i] = clamped(binaryOf<kind>(at.a, at.b), clamp); });
}

using Kernel = void (*)(int64_t, const float*, const float*, float*, DeviceWalk, Clamp);

Kernel kernelOf(Binary kind) {
  switch (kind) {
    case Binary::kAdd:
      return binaryElements<Binary::kAdd>;
    case Binary::kSub:
      return binaryElements<Binary::kSub>;
    case Binary::kMul:
      return binaryElements<Binary::kMul>;
    case Binary::kDiv:
      return binaryElements<Binary::kDiv>;
    default:
      return binaryElements<Binary::kPRelu>;
  }
}

class BinaryOp : public Op {
 public:
  explicit BinaryOp(const BinarySpec& spec) : spec_(spec), kernel_(kernelOf(spec.kind)), walk_(spec.walk) {}

  // An operand of the output's size is read where the result is written.
  bool mayOverwrite(size_t) const override { return true; }

  void launch(const LaunchContext& context) override {
    launchElements(context.stream, spec_.y.count(), kernel_, spec_.a.f32(), spec_.b.f32(), spec_.y.f32(),
                   walk_, spec_.clamp);
  }

 private:
  BinarySpec spec_;
  Kernel kernel_;
  DeviceWalk walk_;
};

OpPointer make(const BinarySpec& spec) { return std::make_unique<BinaryOp>(spec); }

}  // namespace

OpPointer makeAdd(OpSpec& spec) { return make(readAdd(spec)); }
OpPointer makeSub(OpSpec& spec) { return make(readSub(spec)); }
OpPointer makeMul(OpSpec& spec) { return make(readMul(spec)); }
OpPointer makeDiv(OpSpec& spec) { return make(readDiv(spec)); }
OpPointer makePRelu(OpSpec& spec) { return make(readPRelu(spec)); }

}  // namespace approxtorch::cuda
