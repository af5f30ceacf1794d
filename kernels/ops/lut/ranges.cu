// Range, TrackRange and RangeQParams: ranges of activations, and the parameters that follow.
#include "../../../native/math/quantization.h"
#include "../../../native/spec/qparams_spec.h"
#include "../../../native/spec/quantize_spec.h"
#include "../../launch.h"
#include "factories.h"
#include "observe_ranges.h"

namespace approxtorch::cuda {
namespace {

// Writes the pair of a range; where there is none, raises a fault and writes one that does no harm.
__device__ void storePair(const DeviceRange& range, bool isSigned, int bits, float* pair, FaultReport fault) {
  lut::ScaleAndZero found{1.0f, 0.0f};
  if (!range.finite || !lut::scaleAndZeroOf(range.low, range.high, isSigned, bits, found)) {
    fault.raise(0, range.high);
  }
  pair[0] = found.scale;
  pair[1] = found.zeroPoint;
}

__global__ void pairsOfParts(int64_t sets, const RangeBits* parts, int32_t partsOfSet, bool isSigned,
                             int bits, float* pairs, FaultReport fault) {
  const int64_t set = globalThread();
  if (set >= sets) return;
  storePair(rangeOf(parts + set * partsOfSet, partsOfSet), isSigned, bits, pairs + 2 * set, fault);
}

class RangeOp : public Op {
 public:
  explicit RangeOp(const lut::RangeSpec& spec)
      : spec_(spec), sets_(spec.qparams.shape[0]), count_(spec.x.count() / sets_) {}

  size_t scratchBytes() const override {
    return static_cast<size_t>(sets_ * rangeParts(count_)) * sizeof(RangeBits);
  }

  void launch(const LaunchContext& context) override {
    auto* parts = context.scratchAs<RangeBits>();
    observeRanges(spec_.x.f32(), sets_, count_, parts, context.stream);
    launchEach(context.stream, sets_, pairsOfParts, parts, rangeParts(count_), spec_.isSigned,
               static_cast<int>(spec_.bits), spec_.qparams.f32(), context.fault);
  }

  std::string faultText(const Fault&) const override { return lut::noRangeText(spec_.x.name); }

 private:
  const lut::RangeSpec spec_;
  const int64_t sets_, count_;
};

__global__ void moveRange(const RangeBits* parts, int32_t count, const float* momentum, float* range,
                          FaultReport fault) {
  const DeviceRange seen = rangeOf(parts, count);
  if (!seen.finite) fault.raise(0, seen.high);
  if (fault.raised()) return;
  range[0] += *momentum * (seen.low - range[0]);
  range[1] += *momentum * (seen.high - range[1]);
}

class TrackRangeOp : public Op {
 public:
  explicit TrackRangeOp(const lut::TrackRangeSpec& spec) : spec_(spec) {}

  bool mayOverwrite(size_t input) const override { return input == 1; }

  size_t scratchBytes() const override {
    return static_cast<size_t>(rangeParts(spec_.x.count())) * sizeof(RangeBits);
  }

  void launch(const LaunchContext& context) override {
    auto* parts = context.scratchAs<RangeBits>();
    const int64_t count = spec_.x.count();
    observeRanges(spec_.x.f32(), 1, count, parts, context.stream);
    cuda::launch(context.stream, moveRange, {1}, 1, 0, parts, rangeParts(count), spec_.momentum.f32(),
                 spec_.range.f32(), context.fault);
  }

  std::string faultText(const Fault&) const override { return lut::notFiniteText(spec_.x); }

 private:
  const lut::TrackRangeSpec spec_;
};

__global__ void pairOfRange(const float* range, bool isSigned, int bits, float* pair, FaultReport fault) {
  const float low = range[0] > 0.0f ? 0.0f : range[0], high = range[1] < 0.0f ? 0.0f : range[1];  // NaN stays
  storePair({low, high, isfinite(low) && isfinite(high)}, isSigned, bits, pair, fault);
}

class RangeQParamsOp : public Op {
 public:
  explicit RangeQParamsOp(const lut::RangeQParamsSpec& spec) : spec_(spec) {}

  void launch(const LaunchContext& context) override {
    cuda::launch(context.stream, pairOfRange, {1}, 1, 0, spec_.range.f32(), spec_.isSigned,
                 static_cast<int>(spec_.bits), spec_.qparams.f32(), context.fault);
  }

  std::string faultText(const Fault&) const override { return lut::noRangeText(spec_.range.name); }

 private:
  const lut::RangeQParamsSpec spec_;
};

}  // namespace

OpPointer makeRange(OpSpec& spec) { return std::make_unique<RangeOp>(lut::readRange(spec)); }
OpPointer makeTrackRange(OpSpec& spec) { return std::make_unique<TrackRangeOp>(lut::readTrackRange(spec)); }
OpPointer makeRangeQParams(OpSpec& spec) {
  return std::make_unique<RangeQParamsOp>(lut::readRangeQParams(spec));
}

}  // namespace approxtorch::cuda
