// Functions of two elements, with broadcasting as numpy does it.
#include "common.h"
#include "factories.h"

namespace approxtorch {
namespace {

// A row-major walk over the output; strides are 0 along broadcast axes. Neighbouring axes that both operands
// walk alike are one.
struct BroadcastWalk {
  Shape shape;
  std::vector<int64_t> strideA, strideB;
};

// Strides of `operand` along the axes of `shape`. Throws where it cannot be broadcast to that.
std::vector<int64_t> broadcastStrides(const OpSpec& spec, const Tensor& operand, const Shape& shape) {
  const size_t rank = operand.shape.size();
  if (rank > shape.size()) spec.fail("the output has fewer dimensions than '" + operand.name + "'");
  std::vector<int64_t> strides(shape.size(), 0);
  int64_t stride = 1;
  for (size_t i = 1; i <= rank; ++i) {
    const int64_t size = operand.shape[rank - i];
    if (size != 1 && size != shape[shape.size() - i]) {
      spec.fail("'" + operand.name + "' " + shapeText(operand.shape) + " does not broadcast to " +
                shapeText(shape));
    }
    if (size != 1) strides[shape.size() - i] = stride;
    stride *= size;
  }
  return strides;
}

BroadcastWalk broadcastWalk(const OpSpec& spec, const Tensor& a, const Tensor& b, const Tensor& y) {
  const std::vector<int64_t> strideA = broadcastStrides(spec, a, y.shape);
  const std::vector<int64_t> strideB = broadcastStrides(spec, b, y.shape);
  BroadcastWalk walk;
  for (size_t axis = 0; axis < y.shape.size(); ++axis) {
    const int64_t size = y.shape[axis];
    if (size == 1) continue;
    const bool joins = !walk.shape.empty() && walk.strideA.back() == strideA[axis] * size &&
                       walk.strideB.back() == strideB[axis] * size;
    if (joins) {
      walk.shape.back() *= size;
      walk.strideA.back() = strideA[axis];
      walk.strideB.back() = strideB[axis];
    } else {
      if (strideA[axis] == 0 && strideB[axis] == 0) spec.fail("the output is larger than its operands");
      walk.shape.push_back(size);
      walk.strideA.push_back(strideA[axis]);
      walk.strideB.push_back(strideB[axis]);
    }
  }
  if (walk.shape.empty()) return {{1}, {1}, {1}};
  return walk;
}

class BinaryOp : public Op {
 public:
  BinaryOp(const Tensor& a, const Tensor& b, Tensor& y, BroadcastWalk walk, Binary kind, Clamp clamp)
      : a_(a.f32()), b_(b.f32()), y_(y.f32()), walk_(std::move(walk)), kind_(kind), clamp_(clamp) {}

  // An operand of the output's size is read where the result is written.
  bool mayOverwrite(size_t) const override { return true; }

  void run(RunContext& context) override {
    const int64_t inner = walk_.shape.back();
    const int64_t stepA = walk_.strideA.back();
    const int64_t stepB = walk_.strideB.back();
    const Operands operands = stepB == 0   ? Operands::kFirst
                              : stepA == 0 ? Operands::kSecond
                                           : Operands::kBoth;
    const auto loop = floatKernels().binary[static_cast<int>(kind_)][static_cast<int>(operands)];
    context.pool().parallelFor(elementCount(walk_.shape), kGrain, [&](int64_t begin, int64_t end, int) {
      while (begin < end) {
        const int64_t column = begin % inner;
        const int64_t count = std::min(inner - column, end - begin);
        int64_t a = column * stepA;
        int64_t b = column * stepB;
        int64_t row = begin / inner;
        for (size_t axis = walk_.shape.size() - 1; axis-- > 0;) {
          const int64_t index = row % walk_.shape[axis];
          row /= walk_.shape[axis];
          a += index * walk_.strideA[axis];
          b += index * walk_.strideB[axis];
        }
        loop(a_ + a, b_ + b, y_ + begin, count, clamp_);
        begin += count;
      }
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
