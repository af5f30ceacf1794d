#include <algorithm>
#include <cstring>

#include "gradient_rows.h"
#include "lut_ops.h"
#include "qparams.h"
#include "quantized_weights.h"

namespace approxtorch::lut {
namespace {

constexpr int64_t kChunk = 4096;             // output positions whose gradients are packed together
constexpr int64_t kJobs = 32;                // wanted at least; their number depends on the shapes alone
constexpr int64_t kPartialBytes = 16 << 20;  // of partial sums
constexpr int64_t kFewestWeights = 32;       // of an output channel that make up for packing gradients

// Output positions: where they begin to read codes, and their rows of gradients.
struct Positions {
  std::vector<int32_t> codes, gradients;

  void add(int32_t code, int32_t gradient) {
    codes.push_back(code);
    gradients.push_back(gradient);
  }
};

// Positions of images that share their quantization parameters.
struct Segment {
  float zeroPoint;
  Positions inside;              // with all their taps
  std::vector<Positions> edges;  // by tap: the others that it belongs to, where padding is left out
};

// dW[o, c, tap] = m_w · Σ_p g[o, p]·s_a·(D[code of (c, tap) at p][w[o, c, tap]] − z_a)
class TableWeightGradient : public Op {
 public:
  explicit TableWeightGradient(const LayerWeightGradientSpec& spec)
      : gradients_(spec.g),
        codes_(spec.codes),
        qparams_(spec.qparams),
        derivative_(spec.derivative),
        weights_(spec.weights),
        clipping_(spec.weights, spec.clipping),
        dW_(spec.dw),
        geometry_(spec.geometry),
        skipPadding_(spec.skipPadding),
        signed_(spec.activationSigned) {
    checkConstantZeroPoints(weights_);
    blocks_ = channelBlocks(geometry_);
    offsets_ = geometry_.reductionOffsets();
  }

  void run(RunContext& context) override {
    derivative_.prepare();
    const auto quantization = readQParams(qparams_, signed_, codes_.indexLo, codes_.indexHi);
    const int64_t reduction = geometry_.reduction();
    const int64_t chunks = (geometry_.positions() + kChunk - 1) / kChunk;
    const auto blocks = static_cast<int64_t>(blocks_.size());
    const int64_t sums = blocks * reduction * kRow;  // of one slot
    const int64_t slots = std::clamp<int64_t>(kPartialBytes / 4 / sums, 1, chunks);
    const int64_t ranges =
        std::clamp<int64_t>(kJobs / (slots * blocks), 1, std::max<int64_t>(1, reduction / kFewestWeights));
    // Whole sum passes but for the last range.
    const int64_t rangeSize = ((reduction + ranges - 1) / ranges + kSumTaps - 1) / kSumTaps * kSumTaps;
    auto* partial = context.sharedScratch<float>(slots * sums);
    context.pool().parallelFor(slots * blocks * ranges, 1, [&](int64_t begin, int64_t end, int thread) {
      constexpr int64_t kTableWords = int64_t{kSumTaps} * kOperands * kRow;
      float* tables = context.threadScratch<float>(thread, kTableWords + kChunk * kRow);
      for (int64_t job = begin; job < end; ++job) {
        const int64_t slot = job / ranges / blocks;
        const int64_t block = job / ranges % blocks;
        Range range{job % ranges * rangeSize, 0, partial + (slot * blocks + block) * reduction * kRow};
        range.end = std::min(range.begin + rangeSize, reduction);
        if (range.begin >= range.end) continue;
        std::fill_n(range.sums + range.begin * kRow, (range.end - range.begin) * kRow, 0.0f);
        for (int64_t chunk = slot; chunk < chunks; chunk += slots) {
          const int64_t first = chunk * kChunk;
          addChunk(blocks_[static_cast<size_t>(block)], range, first,
                   std::min(kChunk, geometry_.positions() - first), quantization, tables,
                   tables + kTableWords);
        }
      }
    });
    store(partial, slots, sums, context.pool());
    clipping_.clear(dW_.f32(), context.pool());
  }

 private:
  // Weights [begin, end) of the output channels of a block, and the sums [reduction][kRow] of all of them.
  struct Range {
    int64_t begin, end;
    float* sums;
  };

  void addChunk(const ChannelBlock& block, const Range& range, int64_t first, int64_t count,
                const std::vector<ActivationQuantization>& quantization, float* tables, float* rows) const {
    std::vector<float> scales;
    for (const ActivationQuantization& set : quantization) scales.push_back(set.scale);
    packGradients(gradients_.f32(), geometry_, block, first, count, scales, rows);
    const std::vector<Segment> segments = listPositions(first, count, quantization);
    SumPass pass{};
    pass.codes = codes_.u8() + block.group * geometry_.groupChannels() * geometry_.plane();
    pass.rowLo = codes_.indexLo;
    pass.rows = rows;
    for (int64_t k = range.begin; k < range.end; k += pass.taps) {
      pass.taps = range.end - k < kSumTaps ? 1 : kSumTaps;
      for (int t = 0; t < pass.taps; ++t) {
        pass.tables[t] = tables + t * kOperands * kRow;
        pass.offsets[t] = offsets_[static_cast<size_t>(k + t)];
        packTable(block, k + t, tables + t * kOperands * kRow);
      }
      alignas(64) float sums[kSumTaps * kRow] = {};
      pass.sums = sums;
      for (const Segment& segment : segments) {
        pass.zeroPoint = segment.zeroPoint;
        sumPositions(pass, segment.inside);
        if (skipPadding_) sumEdges(pass, segment, k);
      }
      for (int64_t i = 0; i < pass.taps * kRow; ++i) range.sums[k * kRow + i] += sums[i];
    }
  }

  static void sumPositions(SumPass& pass, const Positions& positions) {
    pass.positions = positions.codes.data();
    pass.gradients = positions.gradients.data();
    pass.count = static_cast<int64_t>(positions.codes.size());
    tableGradientKernels().sumRows(pass);
  }

  void sumEdges(const SumPass& pass, const Segment& segment, int64_t k) const {
    for (int t = 0; t < pass.taps; ++t) {
      SumPass one = pass;
      one.taps = 1;
      one.offsets[0] = pass.offsets[t];
      one.tables[0] = pass.tables[t];
      one.sums = pass.sums + t * kRow;
      sumPositions(one, segment.edges[static_cast<size_t>((k + t) % geometry_.taps())]);
    }
  }

  std::vector<Segment> listPositions(int64_t first, int64_t count,
                                     const std::vector<ActivationQuantization>& quantization) const {
    const ConvGeometry& g = geometry_;
    std::vector<int32_t> offsets(static_cast<size_t>(count));
    g.positionOffsets(first, first + count, offsets.data());
    std::vector<Segment> segments;
    int64_t lastSet = -1;
    for (int64_t m = 0; m < count; ++m) {
      const int64_t position = first + m;
      const int64_t set = position / g.outPlane() * static_cast<int64_t>(quantization.size()) / g.batch;
      if (set != lastSet) {
        const auto zeroPoint = static_cast<float>(quantization[static_cast<size_t>(set)].zeroPoint);
        segments.push_back({zeroPoint, {}, std::vector<Positions>(skipPadding_ ? g.taps() : 0)});
        lastSet = set;
      }
      const auto gradient = static_cast<int32_t>(m * kRow);
      if (skipPadding_ && touchesPadding(position)) {
        addEdge(segments.back(), position, offsets[m], gradient);
      } else {
        segments.back().inside.add(offsets[m], gradient);
      }
    }
    return segments;
  }

  bool touchesPadding(int64_t position) const {
    const ConvGeometry& g = geometry_;
    const int64_t y = position / g.outW % g.outH;
    const int64_t x = position % g.outW;
    return g.padded(y, x, 0, 0) || g.padded(y, x, g.kernelH - 1, g.kernelW - 1);
  }

  void addEdge(Segment& segment, int64_t position, int32_t code, int32_t gradient) const {
    const ConvGeometry& g = geometry_;
    for (int64_t tap = 0; tap < g.taps(); ++tap) {
      const bool padded =
          g.padded(position / g.outW % g.outH, position % g.outW, tap / g.kernelW, tap % g.kernelW);
      if (!padded) segment.edges[static_cast<size_t>(tap)].add(code, gradient);
    }
  }

  // D[·][w] of one weight of each output channel. k: of the weight, in its channel.
  void packTable(const ChannelBlock& block, int64_t k, float* table) const {
    RowPack pack{};
    for (int j = 0; j < kRow; ++j) {
      const int64_t o = block.channel + std::min<int64_t>(j, block.channels - 1);
      pack.columns[j] =
          derivative_.column(weights_.indices.u8()[o * geometry_.reduction() + k]) + codes_.indexLo;
      pack.scales[j] = 1.0f;
    }
    pack.rows = codes_.indexHi - codes_.indexLo + 1;
    pack.pitch = kRow;
    pack.out = table;
    tableGradientKernels().packRows(pack);
  }

  // Adds the slots up, in their order.
  void store(const float* partial, int64_t slots, int64_t sums, ThreadPool& pool) {
    const int64_t reduction = geometry_.reduction();
    pool.parallelFor(static_cast<int64_t>(blocks_.size()), 1, [&](int64_t begin, int64_t end, int) {
      for (int64_t b = begin; b < end; ++b) {
        const ChannelBlock& block = blocks_[static_cast<size_t>(b)];
        for (int64_t j = 0; j < block.channels; ++j) {
          for (int64_t k = 0; k < reduction; ++k) {
            float sum = 0.0f;
            for (int64_t slot = 0; slot < slots; ++slot) {
              sum += partial[slot * sums + (b * reduction + k) * kRow + j];
            }
            dW_.f32()[(block.channel + j) * reduction + k] = sum;
          }
        }
      }
    });
  }

  const Tensor& gradients_;
  const Tensor& codes_;
  const Tensor& qparams_;
  DerivativeColumns derivative_;
  const QuantizedWeights weights_;
  const WeightClipping clipping_;
  Tensor& dW_;
  const ConvGeometry geometry_;
  const bool skipPadding_, signed_;
  std::vector<ChannelBlock> blocks_;
  std::vector<int32_t> offsets_;  // of the reduction
};

}  // namespace

std::unique_ptr<Op> makeTableWeightGradient(const LayerWeightGradientSpec& spec) {
  return std::make_unique<TableWeightGradient>(spec);
}

}  // namespace approxtorch::lut
