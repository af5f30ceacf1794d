#include <algorithm>
#include <cstring>

#include "../spec/quantize_spec.h"
#include "lut_ops.h"
#include "qparams.h"

namespace approxtorch::lut {
namespace {

constexpr int64_t kBits = 8;  // of a mask's byte

// inside[8·i + j] → bit j of mask[i]; the bytes are 0 or 1. Missing bits of the last byte are 0.
void packBits(const uint8_t* inside, int64_t count, uint8_t* mask) {
  int64_t i = 0;
  for (; i + kBits <= count; i += kBits) {
    uint64_t bytes;  // little-endian
    std::memcpy(&bytes, inside + i, sizeof bytes);
    // The product's upper byte gathers bit 8·j at j: 2^(8·j) · 2^(56 − 7·j) = 2^(56 + j).
    mask[i / kBits] = static_cast<uint8_t>(bytes * 0x0102040810204080 >> 56);
  }
  if (i == count) return;
  uint8_t last = 0;
  for (int64_t j = i; j < count; ++j) last = static_cast<uint8_t>(last | inside[j] << (j - i));
  mask[i / kBits] = last;
}

// float32 [N, C, H, W] → operand indices with a halo of zero points and, where asked, the mask of the values
// that are not clipped.
class QuantizeOp : public Op {
 public:
  explicit QuantizeOp(const QuantizeSpec& spec)
      : x_(spec.x),
        qparams_(spec.qparams),
        codes_(spec.codes),
        mask_(spec.mask),
        halo_(spec.halo),
        signed_(spec.isSigned) {}

  void run(RunContext& context) override {
    std::vector<Requantize> sets;
    for (const auto& quantization : readQParams(qparams_, signed_, codes_.indexLo, codes_.indexHi)) {
      sets.push_back(quantizer(quantization, signed_, codes_.indexLo, codes_.indexHi));
    }
    const bool bare = halo_[0] + halo_[1] + halo_[2] + halo_[3] == 0;
    if (bare && sets.size() == 1) {
      quantizeFlat(context, sets[0]);
      return;
    }
    if (!bare) fillWithZeroPoint(codes_, sets, context.pool());
    quantizePlanes(context, sets);
  }

 private:
  void quantizeFlat(RunContext& context, const Requantize& to) {
    constexpr int64_t kPiece = 1 << 14;
    const int64_t count = x_.count();
    const int64_t pieces = (count + kPiece - 1) / kPiece;
    context.pool().parallelFor(pieces, 1, [&](int64_t begin, int64_t end, int thread) {
      auto* inside = context.threadScratch<uint8_t>(thread, kPiece);
      for (int64_t piece = begin; piece < end; ++piece) {
        const int64_t first = piece * kPiece;
        const int64_t size = std::min(kPiece, count - first);
        quantize(first, size, to, codes_.u8() + first, inside);
        if (mask_ != nullptr) packBits(inside, size, mask_->u8() + first / kBits);
      }
    });
  }

  // Whole planes at a time, since rows are often shorter than a vector; and so many planes together that
  // their values fill whole bytes of the mask.
  void quantizePlanes(RunContext& context, const std::vector<Requantize>& sets) {
    const int64_t height = x_.shape[2], width = x_.shape[3], pitch = codes_.shape[3];
    const int64_t plane = height * width;
    const int64_t planes = x_.shape[0] * x_.shape[1];
    const int64_t planesPerSet = planes / static_cast<int64_t>(sets.size());
    const int64_t together = mask_ == nullptr || plane % kBits == 0 ? 1 : kBits;
    context.pool().parallelFor(planes, kBits, [&](int64_t begin, int64_t end, int thread) {
      auto* codes = context.threadScratch<uint8_t>(thread, (1 + together) * plane);
      uint8_t* inside = codes + plane;
      for (int64_t p0 = begin; p0 < end; p0 += together) {
        const int64_t p1 = std::min(p0 + together, end);
        for (int64_t p = p0; p < p1; ++p) {
          quantize(p * plane, plane, sets[static_cast<size_t>(p / planesPerSet)], codes,
                   inside + (p - p0) * plane);
          uint8_t* out = codes_.u8() + (p * codes_.shape[2] + halo_[0]) * pitch + halo_[1];
          for (int64_t y = 0; y < height; ++y) std::copy_n(codes + y * width, width, out + y * pitch);
        }
        if (mask_ != nullptr) packBits(inside, (p1 - p0) * plane, mask_->u8() + p0 * plane / kBits);
      }
    });
  }

  void quantize(int64_t first, int64_t count, const Requantize& to, uint8_t* codes, uint8_t* inside) const {
    if (mask_ == nullptr) {
      kernels().quantize(x_.f32() + first, count, to, codes);
    } else {
      kernels().quantizeMasked(x_.f32() + first, count, to, codes, inside);
    }
  }

  const Tensor& x_;
  const Tensor& qparams_;
  Tensor& codes_;
  Tensor* mask_;
  const std::array<int64_t, 4> halo_;
  const bool signed_;
};

}  // namespace

std::unique_ptr<Op> makeQuantize(OpSpec& spec) { return std::make_unique<QuantizeOp>(readQuantize(spec)); }

}  // namespace approxtorch::lut
