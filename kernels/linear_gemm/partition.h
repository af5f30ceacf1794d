// How products are cut up into blocks. The choice depends on the shapes alone, so that all devices sum in the
// same order.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "matrix.h"
#include "sum_parts.h"
#include "tiled_gemm.h"

namespace approxtorch::cuda {

struct Partition {
  int64_t rowTiles, columnTiles, parts, partTerms, blocks;
};

constexpr int64_t kMultiprocessors = 132;  // of the larger devices
constexpr int64_t kFewestSteps = 8;        // times the tile's depth, that make up for a part's sums

template <class Tile>
Partition partitionOf(const ProductShape& shape) {
  Partition p{ceilDivide(shape.rows, Tile::kRows), ceilDivide(shape.columns, Tile::kColumns), 1, 0, 0};
  constexpr int64_t kWantedBlocks = kMultiprocessors * (Tile::kResident > 0 ? Tile::kResident : 3);
  const int64_t tiles = p.rowTiles * p.columnTiles * shape.products;
  const int64_t steps = std::max<int64_t>(1, ceilDivide(shape.depth, Tile::kDepth));
  const int64_t wanted =
      std::clamp<int64_t>(kWantedBlocks / tiles, 1, std::max<int64_t>(1, steps / kFewestSteps));
  const int64_t partSteps = ceilDivide(steps, wanted);
  p.parts = ceilDivide(steps, partSteps);
  p.partTerms = partSteps * Tile::kDepth;
  p.blocks = tiles * p.parts;
  return p;
}

// What a product costs, in multiply-adds: wasted sums count, as do copying the factors to shared memory and
// reading them there, and storing and adding up the sums of parts.
template <class Tile, class Problem>
double costOf(const ProductShape& shape) {
  constexpr double kRead = 0.6, kPartialSum = 48;  // of a value
  constexpr double kPerSum = 1.0 + kRead / Tile::kThreadRows + kRead / Tile::kThreadColumns +
                             Problem::kCopyCost / Tile::kRows + Problem::kCopyCost / Tile::kColumns;
  const Partition p = partitionOf<Tile>(shape);
  const auto computed = static_cast<double>(p.rowTiles * Tile::kRows * p.columnTiles * Tile::kColumns);
  const auto wanted = static_cast<double>(shape.rows * shape.columns);
  const double partial = p.parts == 1 ? 0.0 : kPartialSum * static_cast<double>(p.parts) * wanted;
  return kPerSum * static_cast<double>(shape.depth) * computed + partial;
}

// The kernel of one tile, and the blocks that it is launched with.
template <class Problem>
struct TiledKernel {
  void (*kernel)(Problem);
  int threads;
  Partition partition;

  // Results of a part; none are kept where there is one part.
  size_t scratchBytes(int64_t results) const {
    return partition.parts == 1 ? 0 : static_cast<size_t>(partition.parts * results) * sizeof(float);
  }

  // results: `count` of them.
  void launch(cudaStream_t stream, Problem problem, void* scratch, float* results, int64_t count) const {
    problem.rowTiles = static_cast<int>(partition.rowTiles);
    problem.columnTiles = static_cast<int>(partition.columnTiles);
    problem.partTerms = static_cast<int>(partition.partTerms);
    const bool parts = partition.parts > 1;
    problem.results.data = parts ? static_cast<float*>(scratch) : results;
    problem.results.partStride = parts ? count : 0;
    problem.results.quads = problem.results.quads && count % 4 == 0;
    cuda::launch(stream, kernel, {partition.blocks}, threads, 0, problem);
    if (parts) {
      sumParts(stream, problem.results.data, static_cast<int>(partition.parts), count, problem.finish,
               results);
    }
  }
};

// The cheapest of the tiles.
template <class Problem, class... Tiles>
TiledKernel<Problem> chooseTile(const ProductShape& shape) {
  TiledKernel<Problem> best{};
  double least = std::numeric_limits<double>::infinity();
  const auto consider = [&](auto tile) {
    using Tile = decltype(tile);
    const double cost = costOf<Tile, Problem>(shape);
    if (cost >= least) return;
    least = cost;
    best = {tiledGemm<Tile, Problem>, Tile::kThreads, partitionOf<Tile>(shape)};
  };
  (consider(Tiles{}), ...);
  return best;
}

}  // namespace approxtorch::cuda
