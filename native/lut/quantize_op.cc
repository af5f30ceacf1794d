#include <algorithm>

#include "lut_ops.h"
#include "qparams.h"

namespace approxtorch::lut {
namespace {

// float32 [N, C, H, W] → operand indices with a halo of zero points.
class QuantizeOp : public Op {
 public:
  explicit QuantizeOp(OpSpec& spec)
      : x_(spec.input(0)), qparams_(spec.input(1)), codes_(spec.output(0, DataType::kU8)) {
    spec.expectCounts(2, 2, 1);
    spec.expectRank(x_, 4, 4);
    expectQParams(spec, qparams_, x_.shape[0]);
    halo_ = spec.attributes.integers("halo", 4, 0, 1 << 20);
    spec.expectShape(codes_, {x_.shape[0], x_.shape[1], halo_[0] + x_.shape[2] + halo_[2],
                              halo_[1] + x_.shape[3] + halo_[3]});
    signed_ = spec.attributes.flag("signed");
    codes_.indexLo = static_cast<int>(spec.attributes.integer("lo", 0, 255));
    codes_.indexHi = static_cast<int>(spec.attributes.integer("hi", codes_.indexLo, 255));
  }

  void run(RunContext& context) override {
    std::vector<Requantize> sets;
    for (const auto& quantization : readQParams(qparams_, signed_, codes_.indexLo, codes_.indexHi)) {
      sets.push_back(quantizer(quantization, signed_, codes_.indexLo, codes_.indexHi));
    }
    const int64_t planesPerSet = x_.shape[0] * x_.shape[1] / static_cast<int64_t>(sets.size());
    const bool bare = halo_[0] + halo_[1] + halo_[2] + halo_[3] == 0;
    const int64_t planes = x_.shape[0] * x_.shape[1];
    const int64_t height = x_.shape[2], width = x_.shape[3];
    if (bare && sets.size() == 1) {
      quantizeFlat(context.pool(), sets[0]);
      return;
    }
    if (!bare) fillWithZeroPoint(codes_, sets, context.pool());
    const int64_t pitch = codes_.shape[3];
    context.pool().parallelFor(planes, 8, [&](int64_t begin, int64_t end, int thread) {
      // Whole planes at a time: rows are often shorter than a vector.
      auto* plane = context.threadScratch<uint8_t>(thread, height * width);
      for (int64_t p = begin; p < end; ++p) {
        const Requantize& to = sets[static_cast<size_t>(p / planesPerSet)];
        const float* x = x_.f32() + p * height * width;
        uint8_t* out = codes_.u8() + (p * codes_.shape[2] + halo_[0]) * pitch + halo_[1];
        kernels().quantize(x, height * width, to, plane);
        for (int64_t y = 0; y < height; ++y) std::copy_n(plane + y * width, width, out + y * pitch);
      }
    });
  }

 private:
  void quantizeFlat(ThreadPool& pool, const Requantize& to) {
    constexpr int64_t kPiece = 1 << 14;
    const int64_t count = x_.count();
    pool.parallelFor((count + kPiece - 1) / kPiece, 1, [&](int64_t begin, int64_t end, int) {
      const int64_t first = begin * kPiece;
      const int64_t last = end * kPiece < count ? end * kPiece : count;
      kernels().quantize(x_.f32() + first, last - first, to, codes_.u8() + first);
    });
  }

  const Tensor& x_;
  const Tensor& qparams_;
  Tensor& codes_;
  std::vector<int64_t> halo_;
  bool signed_;
};

}  // namespace

std::unique_ptr<Op> makeQuantize(OpSpec& spec) { return std::make_unique<QuantizeOp>(spec); }

}  // namespace approxtorch::lut
