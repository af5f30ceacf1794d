#include <algorithm>
#include <cmath>

#include "lut_ops.h"
#include "qparams.h"

namespace approxtorch::lut {
namespace {

// Dynamic quantization: the parameters of numerics.md §2 from the values at hand.
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
    const int64_t count = x_.count() / sets;
    const int64_t pieces = std::max<int64_t>(1, sets == 1 ? (count + kPiece - 1) / kPiece : 1);
    const int64_t size = (count + pieces - 1) / pieces;
    struct Extremes {
      float low = 0.0f, high = 0.0f;
      bool finite = true;
    };
    std::vector<Extremes> extremes(static_cast<size_t>(sets * pieces));
    context.pool().parallelFor(sets * pieces, 1, [&](int64_t begin, int64_t end, int) {
      for (int64_t i = begin; i < end; ++i) {
        const int64_t first = i % pieces * size;
        const int64_t length = std::min(size, count - first);
        if (length <= 0) continue;
        Extremes& e = extremes[static_cast<size_t>(i)];
        e.finite = kernels().observeRange(x_.f32() + i / pieces * count + first, length, &e.low, &e.high);
      }
    });
    for (int64_t s = 0; s < sets; ++s) {
      Extremes all;
      for (int64_t p = 0; p < pieces; ++p) {
        const Extremes& e = extremes[static_cast<size_t>(s * pieces + p)];
        all = {std::min(all.low, e.low), std::max(all.high, e.high), all.finite && e.finite};
      }
      store(all.low, all.high, all.finite, qparams_.f32() + 2 * s);
    }
  }

 private:
  static constexpr int64_t kPiece = 1 << 16;

  void store(float low, float high, bool finite, float* out) const {
    const float top = static_cast<float>(signed_ ? (1 << (bits_ - 1)) - 1 : (1 << bits_) - 1);
    const float width = signed_ ? std::max(-low, high) : high - low;
    if (!finite || !std::isfinite(width)) {
      throw PlanError("tensor '" + x_.name +
                      "' holds a NaN, an infinity or a range wider than float32 holds");
    }
    const float scale = width / top;
    out[0] = scale > 0.0f ? scale : 1.0f;
    out[1] = signed_ ? 0.0f : std::min(std::max(std::nearbyint(-low / out[0]), 0.0f), top);
  }

  const Tensor& x_;
  Tensor& qparams_;
  bool signed_;
  int64_t bits_;
};

}  // namespace

std::unique_ptr<Op> makeRange(OpSpec& spec) { return std::make_unique<RangeOp>(spec); }

}  // namespace approxtorch::lut
