#include <algorithm>
#include <cstring>

#include "gradient_rows.h"
#include "lut_ops.h"
#include "quantized_weights.h"

namespace approxtorch::lut {
namespace {

constexpr int64_t kBlock = 256;            // positions of a dot pass
constexpr int64_t kChunkPositions = 4096;  // that make up for building the tables
constexpr int64_t kJobs = 32;              // wanted at least; their number depends on the shapes alone

// The positions of a tile of images that the same taps of the kernel reach: with strides, those of one
// remainder.
struct Phase {
  std::vector<int64_t> taps;
  std::vector<int32_t> codes;   // [positions], from the tile's first code of a channel
  std::vector<int32_t> values;  // likewise in dX
  // Blocks of at most kDotTaps taps, each [positions][taps of the block]: floats from the tile's rows of
  // gradients, of which the first one is 0 and stands for what lies outside of the output.
  std::vector<int32_t> gradients;
};

// dX[n, c, i] = mask · Σ_o,tap g[o, p]·s_w[o]·(D[codes[n, c, i]][w[o, c, tap]] − z_w[o])
class TableInputGradient : public Op {
 public:
  TableInputGradient(const OpSpec& op, const LayerInputGradientSpec& spec)
      : gradients_(spec.g),
        weights_(spec.weights),
        derivative_(spec.derivative),
        mask_(spec.mask),
        codes_(*spec.codes),
        dX_(spec.dx),
        geometry_(spec.geometry) {
    checkConstantZeroPoints(weights_);
    blocks_ = channelBlocks(geometry_);
    tileImages_ = std::clamp<int64_t>(kBlock / plane(), 1, geometry_.batch);
    tileRows_ = 1 + tileImages_ * geometry_.outPlane();
    // The lists of positions then take 512 MB at most.
    constexpr int64_t kLongest = int64_t{1} << 27;
    if (tileRows_ > INT32_MAX / kRow || plane() > kLongest / geometry_.taps()) {
      op.fail("its images and kernel are too large");
    }
    listPhases();
    chunkTiles_ = std::max<int64_t>(1, kChunkPositions / (tileImages_ * plane()));
  }

  void run(RunContext& context) override {
    derivative_.prepare();
    const ConvGeometry& g = geometry_;
    const int64_t chunkImages = chunkTiles_ * tileImages_;
    const int64_t chunks = (g.batch + chunkImages - 1) / chunkImages;
    const int64_t ranges = std::clamp<int64_t>(kJobs / (chunks * g.groups), 1, (g.groupChannels() + 3) / 4);
    const int64_t rangeSize = (g.groupChannels() + ranges - 1) / ranges;
    context.pool().parallelFor(chunks * g.groups * ranges, 1, [&](int64_t begin, int64_t end, int thread) {
      const int64_t rowWords = chunkTiles_ * tileRows_ * kRow;
      float* rows = context.threadScratch<float>(thread, rowWords + kOperands * kDotTaps * kRow);
      for (int64_t job = begin; job < end; ++job) {
        const int64_t range = job % ranges * rangeSize;
        runJob(job / ranges / g.groups * chunkImages, job / ranges % g.groups, range,
               std::min(range + rangeSize, g.groupChannels()), rows, rows + rowWords);
      }
    });
  }

 private:
  int64_t plane() const { return geometry_.height * geometry_.width; }

  void listPhases() {
    const ConvGeometry& g = geometry_;
    for (int64_t y = 0; y < std::min(g.height, g.strideH); ++y) {
      for (int64_t x = 0; x < std::min(g.width, g.strideW); ++x) {
        Phase phase;
        for (int64_t tap = 0; tap < g.taps(); ++tap) {
          const bool reaches = (y + g.pads[0] - tap / g.kernelW * g.dilationH) % g.strideH == 0 &&
                               (x + g.pads[1] - tap % g.kernelW * g.dilationW) % g.strideW == 0;
          if (reaches) phase.taps.push_back(tap);
        }
        if (!phase.taps.empty()) phases_.push_back(listPositions(std::move(phase), y, x));
      }
    }
  }

  // Fills a phase that begins at row y and column x.
  Phase listPositions(Phase phase, int64_t y0, int64_t x0) const {
    const ConvGeometry& g = geometry_;
    const auto eachPosition = [&](auto&& body) {
      for (int64_t n = 0; n < tileImages_; ++n) {
        for (int64_t y = y0; y < g.height; y += g.strideH) {
          for (int64_t x = x0; x < g.width; x += g.strideW) body(n, y, x);
        }
      }
    };
    eachPosition([&](int64_t n, int64_t y, int64_t x) {
      const int64_t code = n * g.channels * g.plane() + (g.halo[0] + y) * g.rowPitch() + g.halo[1] + x;
      phase.codes.push_back(static_cast<int32_t>(code));
      phase.values.push_back(static_cast<int32_t>(n * g.channels * plane() + y * g.width + x));
    });
    for (size_t t = 0; t < phase.taps.size(); t += kDotTaps) {
      const size_t end = std::min(phase.taps.size(), t + kDotTaps);
      eachPosition([&](int64_t n, int64_t y, int64_t x) {
        for (size_t i = t; i < end; ++i) phase.gradients.push_back(gradientOffset(n, y, x, phase.taps[i]));
      });
    }
    return phase;
  }

  // Of the output position that reads the input's (y, x) through a tap.
  int32_t gradientOffset(int64_t n, int64_t y, int64_t x, int64_t tap) const {
    const ConvGeometry& g = geometry_;
    const int64_t row = y + g.pads[0] - tap / g.kernelW * g.dilationH;
    const int64_t column = x + g.pads[1] - tap % g.kernelW * g.dilationW;
    if (row < 0 || column < 0 || row / g.strideH >= g.outH || column / g.strideW >= g.outW) return 0;
    const int64_t position = n * g.outPlane() + row / g.strideH * g.outW + column / g.strideW;
    return static_cast<int32_t>((1 + position) * kRow);
  }

  // The channels [begin, end) of a group, for the images of the chunk that begins with `image`.
  void runJob(int64_t image, int64_t group, int64_t begin, int64_t end, float* rows, float* tables) {
    const ConvGeometry& g = geometry_;
    const int64_t last = std::min(image + chunkTiles_ * tileImages_, g.batch);
    const int64_t channel = group * g.groupChannels();
    for (int64_t n = image; n < last; ++n) {
      float* out = dX_.f32() + (n * g.channels + channel + begin) * plane();
      std::fill_n(out, (end - begin) * plane(), 0.0f);
    }
    const size_t blocks = blocks_.size() / static_cast<size_t>(g.groups);
    for (size_t b = 0; b < blocks; ++b) {
      const ChannelBlock& block = blocks_[static_cast<size_t>(group) * blocks + b];
      for (int64_t n = image; n < last; n += tileImages_) {
        float* tile = rows + (n - image) / tileImages_ * tileRows_ * kRow;
        std::fill_n(tile, kRow, 0.0f);
        packGradients(gradients_.f32(), g, block, n * g.outPlane(),
                      std::min(tileImages_, last - n) * g.outPlane(), {1.0f}, tile + kRow);
      }
      for (const Phase& phase : phases_) {
        for (int64_t c = begin; c < end; ++c) addPhase(phase, block, c, image, last, rows, tables);
      }
    }
    if (mask_ == nullptr) return;
    for (int64_t n = image; n < last; ++n) {
      applyMask((n * g.channels + channel + begin) * plane(), (end - begin) * plane());
    }
  }

  // c: channel in its group.
  void addPhase(const Phase& phase, const ChannelBlock& block, int64_t c, int64_t image, int64_t last,
                const float* rows, float* tables) {
    const ConvGeometry& g = geometry_;
    const int64_t channel = block.group * g.groupChannels() + c;
    const auto perImage = static_cast<int64_t>(phase.codes.size()) / tileImages_;
    const int32_t* gradients = phase.gradients.data();
    float sums[kBlock];
    DotPass pass{};
    pass.tables = tables;
    pass.rowLo = codes_.indexLo;
    pass.sums = sums;
    for (size_t t = 0; t < phase.taps.size(); t += kDotTaps) {
      pass.taps = static_cast<int>(std::min<size_t>(kDotTaps, phase.taps.size() - t));
      for (int i = 0; i < pass.taps; ++i) {
        packTable(block, c * g.taps() + phase.taps[t + i], tables + i * kRow, pass.taps * kRow);
      }
      for (int64_t n = image; n < last; n += tileImages_) {
        const int64_t count = std::min(tileImages_, last - n) * perImage;
        pass.codes = codes_.u8() + (n * g.channels + channel) * g.plane();
        pass.rows = rows + (n - image) / tileImages_ * tileRows_ * kRow;
        float* out = dX_.f32() + (n * g.channels + channel) * plane();
        for (int64_t m = 0; m < count; m += kBlock) {
          pass.positions = phase.codes.data() + m;
          pass.gradients = gradients + m * pass.taps;
          pass.count = std::min(kBlock, count - m);
          tableGradientKernels().dotRows(pass);
          for (int64_t i = 0; i < pass.count; ++i) out[phase.values[m + i]] += sums[i];
        }
      }
      gradients += static_cast<int64_t>(phase.codes.size()) * pass.taps;
    }
  }

  // s_w·(D[·][w] − z_w) of one weight of each output channel. k: of the weight, in its channel.
  void packTable(const ChannelBlock& block, int64_t k, float* table, int64_t pitch) const {
    RowPack pack{};
    for (int j = 0; j < kRow; ++j) {
      const int64_t o = block.channel + std::min<int64_t>(j, block.channels - 1);
      pack.columns[j] =
          derivative_.column(weights_.indices.u8()[o * geometry_.reduction() + k]) + codes_.indexLo;
      pack.offsets[j] = static_cast<float>(weights_.zeroPoints.i32()[o]);
      pack.scales[j] = j < block.channels ? weights_.scales.f32()[o] : 0.0f;
    }
    pack.rows = codes_.indexHi - codes_.indexLo + 1;
    pack.pitch = pitch;
    pack.out = table;
    tableGradientKernels().packRows(pack);
  }

  void applyMask(int64_t first, int64_t count) {
    const uint8_t* mask = mask_->u8();
    float* out = dX_.f32();
    const int64_t end = first + count;
    for (int64_t i = first; i < end; ++i) {
      const uint8_t byte = mask[i / 8];
      if (byte == UINT8_MAX && i % 8 == 0) {
        i += 7;
      } else if ((byte >> (i % 8) & 1) == 0) {
        out[i] = 0.0f;
      }
    }
  }

  const Tensor& gradients_;
  const QuantizedWeights weights_;
  DerivativeColumns derivative_;
  const Tensor* mask_;
  const Tensor& codes_;
  Tensor& dX_;
  const ConvGeometry geometry_;
  std::vector<ChannelBlock> blocks_;
  int64_t tileImages_, tileRows_, chunkTiles_;  // rows: of gradients, for one tile
  std::vector<Phase> phases_;
};

}  // namespace

std::unique_ptr<Op> makeTableInputGradient(const OpSpec& op, const LayerInputGradientSpec& spec) {
  return std::make_unique<TableInputGradient>(op, spec);
}

}  // namespace approxtorch::lut
