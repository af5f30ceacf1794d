#include <algorithm>
#include <array>
#include <numeric>

#include "kernels.h"
#include "lut_gemm.h"

namespace approxtorch::lut {
namespace {

constexpr int kNoTap = -1;  // fills a pass up; adds nothing, whatever T(0, 0) is

struct Pass {
  int half;
  std::array<int, kPassTaps> taps;
};

// Up to `lanes` output channels of one group, and how their reduction is cut into passes.
struct Block {
  int64_t group, channel, channels;
  int lanes;
  std::vector<Pass> passes;
  AlignedVector<int16_t> init;    // [passes][2][lanes]
  std::vector<int64_t> constant;  // [channels]
};

class PackedRows : public LutGemm {
 public:
  PackedRows(const LutLayer& layer, std::shared_ptr<const Columns16> columns)
      : geometry_(layer.geometry),
        weights_(layer.weights),
        rowLo_(layer.rowLo),
        rows_((layer.rowHi - layer.rowLo + kPanel) / kPanel * kPanel),
        slope_(layer.slope),
        columns_(std::move(columns)),
        offsets_(geometry_.reductionOffsets()),
        zeros_(kOperands + kPanel, 0) {
    // The panel that ends the last column may be read past rowHi; Columns16 has the slack.
    for (int64_t group = 0; group < geometry_.groups; ++group) {
      int64_t channel = 0;
      while (channel < geometry_.groupOutputs()) {
        const int lanes = lanesFor(geometry_.groupOutputs() - channel);
        const int64_t channels = std::min<int64_t>(lanes, geometry_.groupOutputs() - channel);
        blocks_.push_back(plan(group, group * geometry_.groupOutputs() + channel, channels, lanes));
        channel += channels;
      }
    }
    constant_.reserve(static_cast<size_t>(geometry_.outputs));
    for (const Block& block : blocks_) {
      constant_.insert(constant_.end(), block.constant.begin(), block.constant.end());
    }
  }

  const char* name() const override { return "packed-rows"; }
  int slope() const override { return slope_; }
  int64_t constant(int64_t channel) const override { return constant_[channel]; }

  void run(const uint8_t* codes, RunContext& context, SumSink& sink) override {
    const int64_t blocks = static_cast<int64_t>(blocks_.size());
    const int64_t chunks = chunkCount(context.pool().size());
    const int64_t chunkSize = (geometry_.positions() + chunks - 1) / chunks;
    context.pool().parallelFor(chunks * blocks, 1, [&](int64_t begin, int64_t end, int thread) {
      for (int64_t job = begin; job < end; ++job) {
        const int64_t first = job / blocks * chunkSize;
        const int64_t last = std::min(first + chunkSize, geometry_.positions());
        if (first < last) runBlock(blocks_[job % blocks], codes, first, last, context, thread, sink);
      }
    });
  }

 private:
  // The widest row that is not mostly padding.
  static int lanesFor(int64_t channels) {
    int lanes = 0;
    for (const int* offered = kernels().lanes; *offered != 0; ++offered) {
      lanes = *offered;
      if (channels > lanes / 2) break;
    }
    return lanes;
  }

  // A chunk's sums should stay in the second-level cache (512 kB), and a chunk should be long enough to be
  // worth the row tables that are built for it; within that, an equal number of jobs for every thread.
  int64_t chunkCount(int64_t threads) const {
    constexpr int64_t kSums = 1 << 17;
    constexpr int64_t kShortest = 1024;
    int widest = 0;
    for (const Block& block : blocks_) widest = std::max(widest, block.lanes);
    const int64_t positions = geometry_.positions();
    int64_t chunks = (positions + kSums / widest - 1) / (kSums / widest);
    const int64_t blocks = static_cast<int64_t>(blocks_.size());
    while (chunks * blocks % threads != 0 && chunks * blocks < 8 * threads &&
           positions / (chunks + 1) >= kShortest) {
      ++chunks;
    }
    return chunks;
  }

  uint8_t weight(int64_t channel, int tap) const { return weights_[channel * geometry_.reduction() + tap]; }

  // Taps are gathered into halves of 4, 2 or 1 whose 16-bit sums cannot overflow, whatever the codes: for
  // every lane the sums' range must span less than 2^16; it is then centred by the start value.
  Block plan(int64_t group, int64_t channel, int64_t channels, int lanes) const {
    Block block{
        group, channel, channels, lanes, {}, {}, std::vector<int64_t>(static_cast<size_t>(channels), 0)};
    const int reduction = static_cast<int>(geometry_.reduction());
    std::vector<int> waiting(static_cast<size_t>(reduction));
    std::iota(waiting.begin(), waiting.end(), 0);
    for (int half = kernels().half; half >= 1; half /= 2) waiting = addPasses(block, half, waiting);
    block.init.assign(block.passes.size() * 2 * static_cast<size_t>(lanes), 0);
    for (size_t p = 0; p < block.passes.size(); ++p) centre(block, p);
    return block;
  }

  // Adds passes of two halves of `half` taps each; returns the taps that are left for smaller halves.
  std::vector<int> addPasses(Block& block, int half, const std::vector<int>& taps) const {
    std::vector<int> taken, left;
    for (size_t i = 0; i < taps.size();) {
      const bool enough = i + static_cast<size_t>(half) <= taps.size();
      if (enough && fits(block, &taps[i], half)) {
        taken.insert(taken.end(), taps.begin() + i, taps.begin() + i + half);
        i += static_cast<size_t>(half);
      } else {
        left.push_back(taps[i++]);
      }
    }
    if (half == 1 && taken.size() % 2 != 0) taken.push_back(kNoTap);
    const auto perPass = static_cast<size_t>(2 * half);
    const size_t whole = taken.size() / perPass * perPass;
    left.insert(left.end(), taken.begin() + whole, taken.end());
    for (size_t i = 0; i < whole; i += perPass) {
      Pass pass{half, {}};
      std::copy_n(taken.begin() + i, perPass, pass.taps.begin());
      block.passes.push_back(pass);
    }
    return left;
  }

  bool fits(const Block& block, const int* taps, int count) const {
    for (int64_t c = block.channel; c < block.channel + block.channels; ++c) {
      int64_t span = 0;
      for (int i = 0; i < count; ++i) {
        const uint8_t w = weight(c, taps[i]);
        span += columns_->high[w] - columns_->low[w];
      }
      if (span > UINT16_MAX) return false;
    }
    return true;
  }

  void centre(Block& block, size_t p) const {
    const Pass& pass = block.passes[p];
    for (int h = 0; h < 2; ++h) {
      for (int64_t c = 0; c < block.channels; ++c) {
        int64_t low = 0;
        for (int i = 0; i < pass.half; ++i) {
          const int tap = pass.taps[h * pass.half + i];
          if (tap != kNoTap) low += columns_->low[weight(block.channel + c, tap)];
        }
        const int64_t middle = low - INT16_MIN;
        block.init[(p * 2 + h) * block.lanes + c] = static_cast<int16_t>(static_cast<uint64_t>(-middle));
        block.constant[c] += middle;
      }
    }
    reorder(block, &block.init[p * 2 * block.lanes]);
    reorder(block, &block.init[(p * 2 + 1) * block.lanes]);
  }

  // Start values are kept in the lanes' order, which is the kernel's own: a one-row panel shows it.
  void reorder(const Block& block, int16_t* init) const {
    std::array<std::array<int16_t, kPanel>, kMaxLanes> column{};
    std::array<const int16_t*, kMaxLanes> pointers{};
    AlignedVector<int16_t> panel(static_cast<size_t>(kPanel) * block.lanes);
    for (int j = 0; j < block.lanes; ++j) {
      column[j][0] = init[j];
      pointers[j] = column[j].data();
    }
    kernels().packRows(pointers.data(), kPanel, block.lanes, panel.data());
    std::copy_n(panel.data(), block.lanes, init);
  }

  void runBlock(const Block& block, const uint8_t* codes, int64_t first, int64_t last, RunContext& context,
                int thread, SumSink& sink) const {
    const int64_t count = last - first;
    const int64_t tableSize = static_cast<int64_t>(kOperands) * block.lanes;
    // One allocation, cut at multiples of 64 bytes.
    const int64_t accWords = count * block.lanes;
    const int64_t tableWords = kPassTaps * tableSize / 2;
    const int64_t tileWords = static_cast<int64_t>(kMaxLanes) * kTile;
    int32_t* acc = context.threadScratch<int32_t>(thread, accWords + tableWords + tileWords + count);
    auto* tables = reinterpret_cast<int16_t*>(acc + accWords);
    int32_t* tile = acc + accWords + tableWords;
    int32_t* positions = tile + tileWords;
    geometry_.positionOffsets(first, last, positions);

    RowPass row{};
    row.codes = codes + block.group * geometry_.groupChannels() * geometry_.plane();
    row.positions = positions;
    row.count = count;
    row.tables = tables;
    row.rowLo = rowLo_;
    row.acc = acc;
    for (size_t p = 0; p < block.passes.size(); ++p) {
      const Pass& pass = block.passes[p];
      row.half = pass.half;
      row.first = p == 0;
      row.init = &block.init[p * 2 * static_cast<size_t>(block.lanes)];
      for (int t = 0; t < 2 * pass.half; ++t) {
        row.offsets[t] = pass.taps[t] == kNoTap ? 0 : offsets_[pass.taps[t]];
        packTable(block, pass.taps[t], tables + t * tableSize);
      }
      kernels().accumulateRows(row, block.lanes);
    }
    for (int64_t m = 0; m < count; m += kTile) {
      const int64_t size = std::min<int64_t>(kTile, count - m);
      kernels().transposeAcc(acc + m * block.lanes, block.lanes, static_cast<int>(size), tile);
      sink.take({block.channel, block.channels, first + m, size, tile, nullptr});
    }
  }

  void packTable(const Block& block, int tap, int16_t* table) const {
    std::array<const int16_t*, kMaxLanes> columns;
    columns.fill(zeros_.data());
    if (tap != kNoTap) {
      for (int64_t c = 0; c < block.channels; ++c) {
        columns[c] = columns_->column(weight(block.channel + c, tap)) + rowLo_;
      }
    }
    kernels().packRows(columns.data(), rows_, block.lanes, table);
  }

  const ConvGeometry geometry_;
  const uint8_t* const weights_;
  const int rowLo_, rows_, slope_;
  const std::shared_ptr<const Columns16> columns_;
  const std::vector<int32_t> offsets_;
  const std::vector<int16_t> zeros_;
  std::vector<Block> blocks_;
  std::vector<int64_t> constant_;
};

}  // namespace

std::unique_ptr<LutGemm> makePackedRows(const LutLayer& layer) {
  if (kernels().lanes[0] == 0) return nullptr;
  auto columns = layer.lut->columns16(layer.slope, layer.rowLo, layer.rowHi);
  const int64_t weights = layer.geometry.outputs * layer.geometry.reduction();
  for (int64_t i = 0; i < weights; ++i) {
    const uint8_t w = layer.weights[i];
    if (columns->high[w] - columns->low[w] > UINT16_MAX) return nullptr;
  }
  return std::make_unique<PackedRows>(layer, std::move(columns));
}

}  // namespace approxtorch::lut
