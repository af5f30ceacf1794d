// Products of matrices that lie in memory.
#pragma once

#include "dense_gemm.h"
#include "tile.h"

namespace approxtorch::cuda {

struct DenseProblem {
  static constexpr double kCopyCost = 0.0;  // little differs between its tiles; see costOf
  MatrixView a;                             // [rows, depth]
  float alpha;                              // times a
  MatrixView b;                             // [depth, columns]
  MatrixView c;                             // [rows, columns], which beta times is added; data may be null
  float beta;
  Destination results;  // [pairs][rows, columns]
  Finish finish;
  const MatMulSpec::Pair* pairs;  // null: a single product
  int rows, columns, depth, rowTiles, columnTiles;
  int64_t pairCount;
  int partTerms;  // terms of a part, a multiple of the tile's depth

  struct Block {
    int firstRow, firstColumn, firstTerm, terms, part;
    int64_t pair;
    MatMulSpec::Pair offsets;
  };

  template <class Tile>
  __device__ bool find(int64_t index, Block& block) const {
    block.firstRow = static_cast<int>(index % rowTiles) * Tile::kRows;
    index /= rowTiles;
    block.firstColumn = static_cast<int>(index % columnTiles) * Tile::kColumns;
    index /= columnTiles;
    block.pair = index % pairCount;
    block.part = static_cast<int>(index / pairCount);
    block.offsets = pairs == nullptr ? MatMulSpec::Pair{0, 0} : pairs[block.pair];
    block.firstTerm = block.part * partTerms;
    block.terms = min(depth - block.firstTerm, partTerms);
    return true;
  }

  template <class Tile>
  struct Shared {};
  template <class Tile>
  __device__ void fill(const Block&, Shared<Tile>&) const {}

  __device__ float start(const Block& block, int row, int column) const {
    if (c.data == nullptr || block.part != 0 || row >= rows || column >= columns) return 0.0f;
    return beta * __ldg(c.data + row * c.rowStride + column * c.columnStride);
  }

  // `extent` rows of a, or columns of b.
  template <class Tile, int extent>
  struct Factor {
    using Slots = cuda::Slots<extent, Tile::kDepth, Tile::kThreads>;
    const float* data;
    int64_t stride, depthStride;
    float scale;
    int count, end;

    __device__ bool depthFirst() const { return depthStride == 1; }
    __device__ void load(int first, float (&values)[Slots::kCount]) const {
#pragma unroll
      for (int slot = 0; slot < Slots::kCount; ++slot) {
        int at, k;
        Slots::find(slot, depthFirst(), at, k);
        const bool exists = Slots::exists(slot) && at < count && first + k < end;
        values[slot] = exists ? scale * __ldg(data + at * stride + (first + k) * depthStride) : 0.0f;
      }
    }
  };
  template <class Tile>
  struct Left : Factor<Tile, Tile::kRows> {
    __device__ Left(const DenseProblem& p, const Block& block, const Shared<Tile>&)
        : Factor<Tile, Tile::kRows>{p.a.data + block.offsets.a + block.firstRow * p.a.rowStride,
                                    p.a.rowStride,
                                    p.a.columnStride,
                                    p.alpha,
                                    p.rows - block.firstRow,
                                    block.firstTerm + block.terms} {}
  };
  template <class Tile>
  struct Right : Factor<Tile, Tile::kColumns> {
    __device__ Right(const DenseProblem& p, const Block& block, const Shared<Tile>&)
        : Factor<Tile, Tile::kColumns>{p.b.data + block.offsets.b + block.firstColumn * p.b.columnStride,
                                       p.b.columnStride,
                                       p.b.rowStride,
                                       1.0f,
                                       p.columns - block.firstColumn,
                                       block.firstTerm + block.terms} {}
  };

  struct Target {
    int64_t first;
    int part, count;

    __device__ Target(const DenseProblem& p, const Block& block, int column)
        : first(block.pair * p.rows * p.columns + column),
          part(block.part),
          count(min(4, p.columns - column)) {}

    __device__ void store(const DenseProblem& p, int row, const float* sums) const {
      if (row >= p.rows || count <= 0) return;
      const int64_t index = first + int64_t{row} * p.columns;
      if (p.results.quads) {
        p.results.storeQuad(p.finish, part, index, sums);
        return;
      }
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        if (i < count) p.results.store(p.finish, part, index + i, sums[i]);
      }
    }
  };
};

}  // namespace approxtorch::cuda
