#include "../spec/quantize_spec.h"
#include "lut_ops.h"
#include "qparams.h"

namespace approxtorch::lut {
namespace {

// float32 weights [O, …] → operand indices with a scale and a zero point for every output channel.
class QuantizeWeightsOp : public Op {
 public:
  explicit QuantizeWeightsOp(const QuantizeWeightsSpec& spec) : spec_(spec) {}

  void run(RunContext& context) override {
    const int64_t outputs = spec_.weights.shape[0];
    const int64_t sets = spec_.perChannel ? outputs : 1;
    const auto ranges =
        observeRanges(spec_.weights.f32(), sets, spec_.weights.count() / sets, context.pool());
    const int64_t size = spec_.weights.count() / outputs;
    constexpr int64_t kGrain = 1 << 14;
    context.pool().parallelFor(outputs, 1 + kGrain / size, [&](int64_t begin, int64_t end, int) {
      for (int64_t o = begin; o < end; ++o) {
        const auto quantization = quantizationOf(ranges[static_cast<size_t>(o * sets / outputs)],
                                                 spec_.isSigned, spec_.bits, spec_.weights.name);
        spec_.scales.f32()[o] = quantization.scale;
        spec_.zeroPoints.i32()[o] = quantization.zeroPoint;
        kernels().quantize(
            spec_.weights.f32() + o * size, size,
            quantizer(quantization, spec_.isSigned, spec_.indices.indexLo, spec_.indices.indexHi),
            spec_.indices.u8() + o * size);
      }
    });
  }

 private:
  const QuantizeWeightsSpec spec_;
};

}  // namespace

std::unique_ptr<Op> makeQuantizeWeights(OpSpec& spec) {
  return std::make_unique<QuantizeWeightsOp>(readQuantizeWeights(spec));
}

}  // namespace approxtorch::lut
