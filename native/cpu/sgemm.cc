#include "sgemm.h"

#include <algorithm>
#include <limits>

namespace approxtorch {
namespace {

constexpr int64_t kColumnBlock = 2048;  // columns of B packed at a time: 3 MB with kGemmDepth rows
constexpr int64_t kRowBlock = 96;       // rows of A packed at a time, a multiple of all tiles' rows

// One block of the depth and of the columns, B packed.
struct Block {
  int64_t firstDepth, depth, firstColumn, columns;
  const float* packedB;
  Clamp clamp;
};

// Rows [firstRow, firstRow + rows) by the panels [firstPanel, lastPanel) of the block.
void computeRows(const GemmProblem& p, const Block& block, int64_t firstRow, int64_t rows, int64_t firstPanel,
                 int64_t lastPanel, float* packedA) {
  const GemmTile& tile = gemmTile(p.columns);
  static constexpr float kZeros[kMaxTileRows] = {};
  packRows(tile, {p.a.at(firstRow, block.firstDepth), p.a.rowStride, p.a.columnStride}, rows, block.depth,
           p.alpha, packedA);
  const float* start = block.firstDepth == 0 && !p.accumulate ? kZeros : nullptr;
  for (int64_t panel = firstPanel; panel < lastPanel; ++panel) {
    const float* b = block.packedB + panel * block.depth * tile.columns;
    const int64_t column = panel * tile.columns;
    const int64_t columns = std::min<int64_t>(tile.columns, block.columns - column);
    for (int64_t row = 0; row < rows; row += tile.rows) {
      const float* a = packedA + row * block.depth;
      float* c = p.c + (firstRow + row) * p.columns + block.firstColumn + column;
      const int64_t count = std::min<int64_t>(tile.rows, rows - row);
      if (count == tile.rows && columns == tile.columns) {
        tile.compute(block.depth, a, b, c, p.columns, start, block.clamp.low, block.clamp.high);
      } else {
        computeEdge(tile, count, columns, block.depth, a, b, c, p.columns, start, block.clamp.low,
                    block.clamp.high);
      }
    }
  }
}

void computeBlock(RunContext& context, const GemmProblem& p, Block block) {
  const GemmTile& tile = gemmTile(p.columns);
  const int64_t panels = divideUp(block.columns, tile.columns);
  float* packedB = context.sharedScratch<float>(panels * tile.columns * block.depth);
  block.packedB = packedB;
  context.pool().parallelFor(panels, 4, [&](int64_t begin, int64_t end, int) {
    for (int64_t panel = begin; panel < end; ++panel) {
      const int64_t column = panel * tile.columns;
      packColumns(tile,
                  {p.b.at(block.firstDepth, block.firstColumn + column), p.b.rowStride, p.b.columnStride},
                  block.depth, std::min<int64_t>(tile.columns, block.columns - column),
                  packedB + panel * block.depth * tile.columns);
    }
  });

  // Where there are few rows the columns are divided, too, so that every thread has work.
  const int64_t rowBlocks = divideUp(p.rows, kRowBlock);
  const int64_t wanted = context.pool().size() == 1 ? 1 : 4 * context.pool().size();
  const int64_t parts = std::min(panels, divideUp(wanted, rowBlocks));
  const int64_t panelsOfPart = divideUp(panels, parts);
  context.pool().parallelFor(rowBlocks * parts, 1, [&](int64_t begin, int64_t end, int thread) {
    float* packedA = context.threadScratch<float>(thread, (kRowBlock + tile.rows) * block.depth);
    for (int64_t job = begin; job < end; ++job) {
      const int64_t row = job / parts * kRowBlock;
      const int64_t panel = job % parts * panelsOfPart;
      computeRows(p, block, row, std::min(kRowBlock, p.rows - row), panel,
                  std::min(panels, panel + panelsOfPart), packedA);
    }
  });
}

}  // namespace

void sgemm(RunContext& context, const GemmProblem& p) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  for (int64_t column = 0; column < p.columns; column += kColumnBlock) {
    for (int64_t depth = 0; depth < p.depth; depth += kGemmDepth) {
      const int64_t terms = std::min(kGemmDepth, p.depth - depth);
      const bool last = depth + terms == p.depth;
      computeBlock(context, p,
                   {depth, terms, column, std::min(kColumnBlock, p.columns - column), nullptr,
                    last ? p.clamp : Clamp{-kInfinity, kInfinity}});
    }
  }
}

}  // namespace approxtorch
