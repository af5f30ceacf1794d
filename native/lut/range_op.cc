#include <algorithm>
#include <cmath>

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
  explicit RangeOp(OpSpec& spec) : x_(spec.input(0)), qparams_(spec.output(0)) {
    spec.expectCounts(1, 1, 1);
    spec.expectRank(x_, 1, kMaxRank);
    expectQParams(spec, qparams_, x_.shape[0]);
    signed_ = spec.attributes.flag("signed");
    bits_ = spec.attributes.integer("bits", 2, 8);
  }

  void run(RunContext& context) override {
    const int64_t sets = qparams_.shape[0];
    float* pair = qparams_.f32();
    for (const ValueRange& range : observeRanges(x_.f32(), sets, x_.count() / sets, context.pool())) {
      store(quantizationOf(range, signed_, bits_, x_.name), pair);
      pair += 2;
    }
  }

 private:
  const Tensor& x_;
  Tensor& qparams_;
  bool signed_;
  int64_t bits_;
};

// Moves a range towards that of the values at hand, as a moving average.
class TrackRangeOp : public Op {
 public:
  explicit TrackRangeOp(OpSpec& spec) : x_(spec.input(0)), momentum_(spec.input(2)), range_(spec.output(0)) {
    spec.expectCounts(3, 3, 1);
    spec.expectShape(spec.input(1), {2});
    spec.expectShape(momentum_, {1});
    spec.expectShape(range_, {2});
    if (&spec.input(1) != &range_) spec.fail("its output must be the range that it moves");
  }

  bool mayOverwrite(size_t input) const override { return input == 1; }

  void run(RunContext& context) override {
    const ValueRange seen = observeRanges(x_.f32(), 1, x_.count(), context.pool())[0];
    if (!seen.finite) throw PlanError("tensor '" + x_.name + "' holds a NaN or an infinity");
    const float momentum = momentum_.f32()[0];
    float* range = range_.f32();
    range[0] += momentum * (seen.low - range[0]);
    range[1] += momentum * (seen.high - range[1]);
  }

 private:
  const Tensor& x_;
  const Tensor& momentum_;
  Tensor& range_;
};

// The parameters of a range that was tracked.
class RangeQParamsOp : public Op {
 public:
  explicit RangeQParamsOp(OpSpec& spec) : range_(spec.input(0)), qparams_(spec.output(0)) {
    spec.expectCounts(1, 1, 1);
    spec.expectShape(range_, {2});
    spec.expectShape(qparams_, {1, 2});
    signed_ = spec.attributes.flag("signed");
    bits_ = spec.attributes.integer("bits", 2, 8);
  }

  void run(RunContext& /*context*/) override {
    ValueRange range{std::min(range_.f32()[0], 0.0f), std::max(range_.f32()[1], 0.0f)};
    range.finite = std::isfinite(range.low) && std::isfinite(range.high);
    store(quantizationOf(range, signed_, bits_, range_.name), qparams_.f32());
  }

 private:
  const Tensor& range_;
  Tensor& qparams_;
  bool signed_;
  int64_t bits_;
};

}  // namespace

std::unique_ptr<Op> makeRange(OpSpec& spec) { return std::make_unique<RangeOp>(spec); }
std::unique_ptr<Op> makeTrackRange(OpSpec& spec) { return std::make_unique<TrackRangeOp>(spec); }
std::unique_ptr<Op> makeRangeQParams(OpSpec& spec) { return std::make_unique<RangeQParamsOp>(spec); }

}  // namespace approxtorch::lut
