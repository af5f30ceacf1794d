#include "conv.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "gemm_pack.h"

namespace approxtorch {
namespace {

constexpr int64_t kMaxBlockPanels = 32;

// Packed weights: [group][panel of rows][depth][tile.rows], and a start value per packed row.
struct PackedWeights {
  int64_t panels;  // per group
  const float* rows;
  const float* starts;
};

PackedWeights packWeights(RunContext& context, const ConvProblem& p) {
  const GemmTile& tile = gemmTile();
  const ConvShape& s = p.shape;
  const int64_t depth = s.depth();
  const int64_t panels = divideUp(s.groupOutputs(), tile.rows);
  const int64_t packedRows = s.groups * panels * tile.rows;
  float* starts = context.sharedScratch<float>(packedRows * (depth + 1));
  float* rows = starts + packedRows;
  context.pool().parallelFor(s.groups * panels, 4, [&](int64_t begin, int64_t end, int) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t row = i % panels * tile.rows;
      const int64_t output = i / panels * s.groupOutputs() + row;
      const int64_t count = std::min<int64_t>(tile.rows, s.groupOutputs() - row);
      packRows(tile, {p.weights + output * depth, depth, 1}, count, depth, 1.0f,
               rows + i * tile.rows * depth);
      for (int64_t r = 0; r < tile.rows; ++r) {
        starts[i * tile.rows + r] = r < count && p.bias != nullptr ? p.bias[output + r] : 0.0f;
      }
    }
  });
  return {panels, rows, starts};
}

// Consecutive columns of one group by some panels of its rows.
struct ConvBlock {
  int64_t group, firstColumn, columns, firstPanel, lastPanel;
};

class BlockWorker {
 public:
  BlockWorker(const ConvProblem& problem, const PackedWeights& weights)
      : p_(problem), s_(problem.shape), weights_(weights), tile_(gemmTile()) {}

  void compute(const ConvBlock& block, float* packed) {
    const int64_t panels = divideUp(block.columns, tile_.columns);
    taps_.resize(static_cast<size_t>(panels));
    for (int64_t panel = 0; panel < panels; ++panel) {
      const int64_t column = panel * tile_.columns;
      taps_[panel].locate(s_, block.firstColumn + column,
                          std::min<int64_t>(tile_.columns, block.columns - column), tile_.columns);
    }
    for (int64_t begin = 0; begin < s_.depth(); begin += kGemmDepth) {
      const int64_t end = std::min(begin + kGemmDepth, s_.depth());
      for (int64_t panel = 0; panel < panels; ++panel) {
        taps_[panel].pack(s_, p_.x, block.group * s_.groupChannels(), begin, end, packed);
        computePanel(block, panel * tile_.columns, begin, end, packed);
      }
    }
  }

 private:
  // All of the block's rows by one panel of columns, the terms [begin, end).
  void computePanel(const ConvBlock& block, int64_t offset, int64_t begin, int64_t end, const float* b) {
    const int64_t column = block.firstColumn + offset;
    const int64_t columns = std::min<int64_t>(tile_.columns, block.columns - offset);
    const int64_t image = column / s_.outPlane();
    const int64_t position = column % s_.outPlane();
    const bool inOneImage = position + columns <= s_.outPlane();
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    const bool last = end == s_.depth();
    const Clamp clamp = last ? p_.clamp : Clamp{-kInfinity, kInfinity};
    for (int64_t panel = block.firstPanel; panel < block.lastPanel; ++panel) {
      const int64_t row = panel * tile_.rows;
      const int64_t rows = std::min<int64_t>(tile_.rows, s_.groupOutputs() - row);
      const int64_t packedRow = (block.group * weights_.panels + panel) * tile_.rows;
      const float* a = weights_.rows + packedRow * s_.depth() + begin * tile_.rows;
      const float* start = begin == 0 ? weights_.starts + packedRow : nullptr;
      const int64_t output = block.group * s_.groupOutputs() + row;
      float* c = p_.y + (image * s_.outputs + output) * s_.outPlane() + position;
      if (!inOneImage) {
        computeAcross(rows, column, columns, output, end - begin, a, b, start, clamp);
      } else if (rows == tile_.rows && columns == tile_.columns) {
        tile_.compute(end - begin, a, b, c, s_.outPlane(), start, clamp.low, clamp.high);
      } else {
        computeEdge(tile_, rows, columns, end - begin, a, b, c, s_.outPlane(), start, clamp.low, clamp.high);
      }
    }
  }

  // A tile whose columns belong to several images.
  void computeAcross(int64_t rows, int64_t column, int64_t columns, int64_t output, int64_t depth,
                     const float* a, const float* b, const float* start, Clamp clamp) {
    float tile[kMaxTileRows * kMaxTileColumns] = {};
    int64_t offsets[kMaxTileColumns];
    for (int64_t j = 0; j < columns; ++j) {
      offsets[j] =
          ((column + j) / s_.outPlane() * s_.outputs + output) * s_.outPlane() + (column + j) % s_.outPlane();
    }
    for (int64_t i = 0; start == nullptr && i < rows; ++i) {
      for (int64_t j = 0; j < columns; ++j)
        tile[i * tile_.columns + j] = p_.y[offsets[j] + i * s_.outPlane()];
    }
    tile_.compute(depth, a, b, tile, tile_.columns, start, clamp.low, clamp.high);
    for (int64_t i = 0; i < rows; ++i) {
      for (int64_t j = 0; j < columns; ++j)
        p_.y[offsets[j] + i * s_.outPlane()] = tile[i * tile_.columns + j];
    }
  }

  const ConvProblem& p_;
  const ConvShape& s_;
  const PackedWeights& weights_;
  const GemmTile& tile_;
  std::vector<PanelTaps> taps_;
};

}  // namespace

void convolve(RunContext& context, const ConvProblem& p) {
  const GemmTile& tile = gemmTile();
  const ConvShape& s = p.shape;
  const PackedWeights weights = packWeights(context, p);
  const int64_t allPanels = divideUp(s.columns(), tile.columns);
  const int64_t threads = context.pool().size();
  const int64_t jobsWanted = threads == 1 ? 1 : 4 * threads;
  // Many columns: blocks of them. Few: the rows are divided, too, and the columns made once for each part.
  const int64_t blockPanels =
      std::clamp<int64_t>(divideUp(s.groups * allPanels, jobsWanted), 1, kMaxBlockPanels);
  const int64_t blocks = divideUp(allPanels, blockPanels);
  const int64_t parts = std::min(
      weights.panels, std::max<int64_t>(1, jobsWanted / 2 / std::max<int64_t>(1, s.groups * blocks)));
  const int64_t panelsOfPart = divideUp(weights.panels, parts);
  context.pool().parallelFor(s.groups * blocks * parts, 1, [&](int64_t begin, int64_t end, int thread) {
    float* packed = context.threadScratch<float>(thread, std::min(kGemmDepth, s.depth()) * tile.columns);
    BlockWorker worker(p, weights);
    for (int64_t job = begin; job < end; ++job) {
      const int64_t part = job % parts;
      const int64_t block = job / parts % blocks;
      const int64_t group = job / parts / blocks;
      const int64_t column = block * blockPanels * tile.columns;
      worker.compute({group, column, std::min(blockPanels * tile.columns, s.columns() - column),
                      std::min(weights.panels, part * panelsOfPart),
                      std::min(weights.panels, (part + 1) * panelsOfPart)},
                     packed);
    }
  });
}

void convolveDepthwise(RunContext& context, const ConvProblem& p, const WindowLayout& layout) {
  const ConvShape& s = p.shape;
  const int64_t grain = std::max<int64_t>(1, 65536 / (s.outPlane() * s.taps()));
  context.pool().parallelFor(s.batch * s.outputs, grain, [&](int64_t begin, int64_t end, int thread) {
    float* work = context.threadScratch<float>(thread, layout.workFloats());
    for (int64_t i = begin; i < end; ++i) {
      const int64_t output = i % s.outputs;
      const int64_t channel = i / s.outputs * s.channels + output / s.groupOutputs();
      floatKernels().depthwisePlane(layout, p.x + channel * s.height * s.width, p.weights + output * s.taps(),
                                    p.bias == nullptr ? 0.0f : p.bias[output], p.clamp,
                                    p.y + i * s.outPlane(), work);
    }
  });
}

}  // namespace approxtorch
