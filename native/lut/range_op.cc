#include <algorithm>
#include <cmath>

#include "../spec/quantize_spec.h"
#include "lut_ops.h"
#include "qparams.h"

namespace approxtorch::lut {
namespace {

void store(const ActivationQuantization& quantization, float* pair) {
  pair[0] = quantization.scale;
  pair[1] = static_cast<float>(quantization.zeroPoint);
}

// Dynamic quantization: the parameters from the values at hand.
class RangeOp : public Op {
 public:
  explicit RangeOp(const RangeSpec& spec) : spec_(spec) {}

  void run(RunContext& context) override {
    const int64_t sets = spec_.qparams.shape[0];
    float* pair = spec_.qparams.f32();
    for (const ValueRange& range :
         observeRanges(spec_.x.f32(), sets, spec_.x.count() / sets, context.pool())) {
      store(quantizationOf(range, spec_.isSigned, spec_.bits, spec_.x.name), pair);
      pair += 2;
    }
  }

 private:
  const RangeSpec spec_;
};

// Moves a range towards that of the values at hand, as a moving average.
class TrackRangeOp : public Op {
 public:
  explicit TrackRangeOp(const TrackRangeSpec& spec) : spec_(spec) {}

  bool mayOverwrite(size_t input) const override { return input == 1; }

  void run(RunContext& context) override {
    const ValueRange seen = observeRanges(spec_.x.f32(), 1, spec_.x.count(), context.pool())[0];
    if (!seen.finite) throw PlanError(notFiniteText(spec_.x));
    const float momentum = spec_.momentum.f32()[0];
    float* range = spec_.range.f32();
    range[0] += momentum * (seen.low - range[0]);
    range[1] += momentum * (seen.high - range[1]);
  }

 private:
  const TrackRangeSpec spec_;
};

// The parameters of a range that was tracked.
class RangeQParamsOp : public Op {
 public:
  explicit RangeQParamsOp(const RangeQParamsSpec& spec) : spec_(spec) {}

  void run(RunContext& /*context*/) override {
    ValueRange range{std::min(spec_.range.f32()[0], 0.0f), std::max(spec_.range.f32()[1], 0.0f)};
    range.finite = std::isfinite(range.low) && std::isfinite(range.high);
    store(quantizationOf(range, spec_.isSigned, spec_.bits, spec_.range.name), spec_.qparams.f32());
  }

 private:
  const RangeQParamsSpec spec_;
};

}  // namespace

std::unique_ptr<Op> makeRange(OpSpec& spec) { return std::make_unique<RangeOp>(readRange(spec)); }
std::unique_ptr<Op> makeTrackRange(OpSpec& spec) {
  return std::make_unique<TrackRangeOp>(readTrackRange(spec));
}
std::unique_ptr<Op> makeRangeQParams(OpSpec& spec) {
  return std::make_unique<RangeQParamsOp>(readRangeQParams(spec));
}

}  // namespace approxtorch::lut
