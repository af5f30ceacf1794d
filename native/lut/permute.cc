#include <algorithm>
#include <array>
#include <cstring>

#include "kernels.h"
#include "lut_gemm.h"

namespace approxtorch::lut {
namespace {

constexpr int64_t kMaxVectors = 4;
constexpr int64_t kWidest = kMaxVectors * kTile;  // positions that share the loads of a column

// Consecutive positions of a tile whose codes lie at equal distances.
struct Stretch {
  int64_t start, count, offset, step;
};

// to[i] = from[i·step]. Short fixed-size copies instead of a call; no byte past the last one is read.
void copyStrided(const uint8_t* from, int64_t step, int64_t count, uint8_t* to) {
  constexpr int64_t kBlock = 16;
  if (step == 1 && count >= kBlock) {
    for (int64_t i = 0; i + kBlock <= count; i += kBlock) std::memcpy(to + i, from + i, kBlock);
    std::memcpy(to + count - kBlock, from + count - kBlock, kBlock);
    return;
  }
  if (step == 1 && count >= kBlock / 2) {
    std::memcpy(to, from, kBlock / 2);
    std::memcpy(to + count - kBlock / 2, from + count - kBlock / 2, kBlock / 2);
    return;
  }
  for (int64_t i = 0; i < count; ++i) to[i] = from[i * step];
}

// Weight-stationary look-ups by byte permutation: the codes of up to 256 positions are gathered
// reduction-major, once for all outputs of a group.
class Permute : public LutGemm {
 public:
  Permute(const LutLayer& layer, std::shared_ptr<const BytePlanes> planes)
      : geometry_(layer.geometry),
        weights_(layer.weights),
        half_(layer.rowHi < 128    ? 0
              : layer.rowLo >= 128 ? 1
                                   : -1),
        planes_(std::move(planes)),
        offsets_(geometry_.reductionOffsets()) {
    const int64_t reduction = geometry_.reduction();
    for (int64_t o = 0; o < geometry_.outputs; ++o) {
      int64_t constant = 0;
      for (int64_t k = 0; k < reduction; ++k) constant += planes_->low[weights_[o * reduction + k]];
      constant_.push_back(constant);
    }
  }

  const char* name() const override { return "permute"; }
  int64_t constant(int64_t channel) const override { return constant_[channel]; }

  void run(const uint8_t* codes, RunContext& context, SumSink& sink) override {
    const int64_t tiles = (geometry_.positions() + kWidest - 1) / kWidest;
    context.pool().parallelFor(tiles * geometry_.groups, 1, [&](int64_t begin, int64_t end, int thread) {
      for (int64_t job = begin; job < end; ++job) {
        runTile(codes, job % geometry_.groups, job / geometry_.groups * kWidest, context, thread, sink);
      }
    });
  }

 private:
  void runTile(const uint8_t* codes, int64_t group, int64_t first, RunContext& context, int thread,
               SumSink& sink) const {
    const int64_t count = std::min(kWidest, geometry_.positions() - first);
    const int vectors = count > 2 * kTile ? 4 : count > kTile ? 2 : 1;
    const int64_t pitch = vectors * kTile;
    const int64_t reduction = geometry_.reduction();
    const int64_t sumWords = kChannels * pitch;
    auto* memory = context.threadScratch<uint8_t>(thread, sumWords * 4 + reduction * pitch);
    auto* sums = reinterpret_cast<int32_t*>(memory);
    uint8_t* gathered = memory + sumWords * 4;
    gather(codes + group * geometry_.groupChannels() * geometry_.plane(), first, count, pitch, gathered);

    const int64_t perGroup = geometry_.groupOutputs();
    for (int64_t o0 = 0; o0 < perGroup; o0 += kChannels) {
      const int64_t channels = std::min(kChannels, perGroup - o0);
      const int64_t channel = group * perGroup + o0;
      // The codes of some taps stay in the first-level cache while all outputs read them.
      for (int64_t k = 0; k < reduction; k += kBlockTaps) {
        for (int64_t o = 0; o < channels; ++o) {
          PermutePass pass{};
          pass.planes = planes_->data.data();
          pass.half = half_;
          pass.codes = gathered + k * pitch;
          pass.pitch = static_cast<size_t>(pitch);
          pass.weights = weights_ + (channel + o) * reduction + k;
          pass.taps = static_cast<int>(std::min(kBlockTaps, reduction - k));
          pass.vectors = vectors;
          pass.sums = sums + o * kTile;
          pass.sumPitch = static_cast<size_t>(kChannels * kTile);
          pass.first = k == 0;
          kernels().permuteSums(pass);
        }
      }
      for (int64_t m = 0; m < count; m += kTile) {
        const int64_t size = std::min<int64_t>(kTile, count - m);
        sink.take({channel, channels, first + m, size, sums + m * kChannels, nullptr});
      }
    }
  }

  // codes → [reduction][pitch]. Positions past `count` keep what the memory holds, which is a code of no
  // meaning: their sums are not taken.
  void gather(const uint8_t* codes, int64_t first, int64_t count, int64_t pitch, uint8_t* out) const {
    std::array<int32_t, kWidest> positions;
    geometry_.positionOffsets(first, first + count, positions.data());
    if (geometry_.plane() == 1) {
      transpose(codes, positions.data(), count, pitch, out);
      return;
    }
    std::vector<Stretch> stretches;
    for (int64_t m = 0; m < count; ++m) {
      if (!stretches.empty()) {
        Stretch& last = stretches.back();
        if (positions[m] - positions[m - 1] == last.step || last.count == 1) {
          if (last.count == 1) last.step = positions[m] - positions[m - 1];
          ++last.count;
          continue;
        }
      }
      stretches.push_back({m, 1, positions[m], 1});
    }
    for (size_t k = 0; k < offsets_.size(); ++k) {
      uint8_t* row = out + static_cast<int64_t>(k) * pitch;
      for (const Stretch& s : stretches) {
        copyStrided(codes + s.offset + offsets_[k], s.step, s.count, row + s.start);
      }
    }
  }

  // Rows of consecutive codes (dense layers), in blocks that stay in the first-level cache.
  void transpose(const uint8_t* codes, const int32_t* positions, int64_t count, int64_t pitch,
                 uint8_t* out) const {
    const int64_t reduction = geometry_.reduction();
    constexpr int64_t kBlock = 64;
    for (int64_t k0 = 0; k0 < reduction; k0 += kBlock) {
      const int64_t k1 = std::min(k0 + kBlock, reduction);
      for (int64_t m = 0; m < count; ++m) {
        const uint8_t* row = codes + positions[m];
        for (int64_t k = k0; k < k1; ++k) out[k * pitch + m] = row[k];
      }
    }
  }

  static constexpr int64_t kBlockTaps = 64;
  static constexpr int64_t kChannels = 64;  // whose sums are handed on together

  const ConvGeometry geometry_;
  const uint8_t* const weights_;
  const int half_;
  const std::shared_ptr<const BytePlanes> planes_;
  const std::vector<int32_t> offsets_;
  std::vector<int64_t> constant_;
};

}  // namespace

std::unique_ptr<LutGemm> makePermute(const LutLayer& layer) {
  if (kernels().permuteSums == nullptr || layer.geometry.reduction() > INT32_MAX) return nullptr;
  auto planes = layer.lut->bytePlanes(layer.rowLo, layer.rowHi);
  const int64_t weights = layer.geometry.outputs * layer.geometry.reduction();
  for (int64_t i = 0; i < weights; ++i) {
    if (!planes->fits[layer.weights[i]]) return nullptr;
  }
  return std::make_unique<Permute>(layer, std::move(planes));
}

}  // namespace approxtorch::lut
