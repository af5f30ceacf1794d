#include <algorithm>
#include <array>

#include "kernels.h"
#include "lut_gemm.h"

namespace approxtorch::lut {
namespace {

constexpr int64_t kChannels = 64;  // outputs summed side by side

// The plain loops, and the reference that every other kernel is compared with. It also serves the layers that
// are too narrow or too short for vectors of channels.
template <class Sum>
class Scalar : public LutGemm {
 public:
  explicit Scalar(const LutLayer& layer)
      : geometry_(layer.geometry),
        lut_(layer.lut),
        weights_(layer.weights),
        offsets_(geometry_.reductionOffsets()) {
    if (byColumn()) return;
    const int64_t reduction = geometry_.reduction();
    byTap_.resize(static_cast<size_t>(geometry_.outputs * reduction));
    const int64_t perGroup = geometry_.groupOutputs();
    for (int64_t o = 0; o < geometry_.outputs; ++o) {
      uint8_t* group = byTap_.data() + o / perGroup * perGroup * reduction;
      for (int64_t k = 0; k < reduction; ++k)
        group[k * perGroup + o % perGroup] = weights_[o * reduction + k];
    }
  }

  const char* name() const override { return byColumn() ? "scalar-columns" : "scalar-rows"; }

  void run(const uint8_t* codes, RunContext& context, SumSink& sink) override {
    const int64_t tiles = (geometry_.positions() + kTile - 1) / kTile;
    const int64_t perGroup = (geometry_.groupOutputs() + kChannels - 1) / kChannels;
    context.pool().parallelFor(
        tiles * geometry_.groups * perGroup, 1, [&](int64_t begin, int64_t end, int thread) {
          Sum* sums = context.threadScratch<Sum>(thread, kChannels * kTile);
          std::array<int32_t, kTile> positions;
          for (int64_t job = begin; job < end; ++job) {
            const int64_t first = job % tiles * kTile;
            const int64_t last = std::min<int64_t>(first + kTile, geometry_.positions());
            const int64_t group = job / tiles / perGroup;
            const int64_t inGroup = job / tiles % perGroup * kChannels;
            const int64_t channels = std::min(kChannels, geometry_.groupOutputs() - inGroup);
            geometry_.positionOffsets(first, last, positions.data());
            const uint8_t* base = codes + group * geometry_.groupChannels() * geometry_.plane();
            for (int64_t m = 0; m < last - first; ++m) {
              if (byColumn()) {
                sumColumns(base + positions[m], group, inGroup, channels, sums + m);
              } else {
                sumRows(base + positions[m], group, inGroup, channels, sums + m);
              }
            }
            SumTile tile{
                group * geometry_.groupOutputs() + inGroup, channels, first, last - first, nullptr, nullptr};
            if constexpr (sizeof(Sum) == sizeof(int64_t)) {
              tile.sums64 = sums;
            } else {
              tile.sums32 = sums;
            }
            sink.take(tile);
          }
        });
  }

 private:
  // With few outputs for each code, a column of the table per weight stays in the first-level cache.
  bool byColumn() const { return geometry_.groupOutputs() < 4; }

  void sumColumns(const uint8_t* codes, int64_t group, int64_t inGroup, int64_t channels, Sum* sums) const {
    const int64_t reduction = geometry_.reduction();
    for (int64_t o = 0; o < channels; ++o) {
      const uint8_t* weights = weights_ + (group * geometry_.groupOutputs() + inGroup + o) * reduction;
      Sum sum = 0;
      for (int64_t k = 0; k < reduction; ++k) sum += lut_->column(weights[k])[codes[offsets_[k]]];
      sums[o * kTile] = sum;
    }
  }

  void sumRows(const uint8_t* codes, int64_t group, int64_t inGroup, int64_t channels, Sum* sums) const {
    const int64_t perGroup = geometry_.groupOutputs();
    const int64_t reduction = geometry_.reduction();
    const uint8_t* weights = byTap_.data() + group * perGroup * reduction + inGroup;
    std::array<Sum, kChannels> sum{};
    for (int64_t k = 0; k < reduction; ++k, weights += perGroup) {
      const int32_t* row = lut_->row(codes[offsets_[k]]);
      for (int64_t o = 0; o < channels; ++o) sum[o] += row[weights[o]];
    }
    for (int64_t o = 0; o < channels; ++o) sums[o * kTile] = sum[o];
  }

  const ConvGeometry geometry_;
  const std::shared_ptr<const Lut> lut_;
  const uint8_t* const weights_;
  const std::vector<int32_t> offsets_;
  std::vector<uint8_t> byTap_;  // weights as [group][k][output of the group]
};

}  // namespace

std::unique_ptr<LutGemm> makeScalar(const LutLayer& layer, bool wide) {
  if (wide) return std::make_unique<Scalar<int64_t>>(layer);
  return std::make_unique<Scalar<int32_t>>(layer);
}

}  // namespace approxtorch::lut
