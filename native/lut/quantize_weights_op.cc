#include "lut_ops.h"
#include "qparams.h"

namespace approxtorch::lut {
namespace {

// float32 weights [O, …] → operand indices with a scale and a zero point for every output channel.
class QuantizeWeightsOp : public Op {
 public:
  explicit QuantizeWeightsOp(OpSpec& spec)
      : weights_(spec.input(0)),
        indices_(spec.output(0, DataType::kU8)),
        scales_(spec.output(1)),
        zeroPoints_(spec.output(2, DataType::kI32)) {
    spec.expectCounts(1, 1, 3);
    spec.expectRank(weights_, 1, kMaxRank);
    spec.expectShape(indices_, weights_.shape);
    spec.expectShape(scales_, {weights_.shape[0]});
    spec.expectShape(zeroPoints_, {weights_.shape[0]});
    signed_ = spec.attributes.flag("signed");
    bits_ = spec.attributes.integer("bits", 2, 8);
    perChannel_ = spec.attributes.choice("granularity", {"tensor", "channel"}) == 1;
    const int64_t top = signed_ ? (1 << (bits_ - 1)) - 1 : (1 << bits_) - 1;
    indices_.indexLo = signed_ ? static_cast<int>(-top) - firstOperand(true) : 0;
    indices_.indexHi = static_cast<int>(top) - firstOperand(signed_);
  }

  void run(RunContext& context) override {
    const int64_t outputs = weights_.shape[0];
    const int64_t sets = perChannel_ ? outputs : 1;
    const auto ranges = observeRanges(weights_.f32(), sets, weights_.count() / sets, context.pool());
    const int64_t size = weights_.count() / outputs;
    constexpr int64_t kGrain = 1 << 14;
    context.pool().parallelFor(outputs, 1 + kGrain / size, [&](int64_t begin, int64_t end, int) {
      for (int64_t o = begin; o < end; ++o) {
        const auto quantization =
            quantizationOf(ranges[static_cast<size_t>(o * sets / outputs)], signed_, bits_, weights_.name);
        scales_.f32()[o] = quantization.scale;
        zeroPoints_.i32()[o] = quantization.zeroPoint;
        kernels().quantize(weights_.f32() + o * size, size,
                           quantizer(quantization, signed_, indices_.indexLo, indices_.indexHi),
                           indices_.u8() + o * size);
      }
    });
  }

 private:
  const Tensor& weights_;
  Tensor& indices_;
  Tensor& scales_;
  Tensor& zeroPoints_;
  bool signed_, perChannel_;
  int64_t bits_;
};

}  // namespace

std::unique_ptr<Op> makeQuantizeWeights(OpSpec& spec) { return std::make_unique<QuantizeWeightsOp>(spec); }

}  // namespace approxtorch::lut
