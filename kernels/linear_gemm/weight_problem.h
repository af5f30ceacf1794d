// The gradient of a convolution's weights as a matrix product: rows are output channels, columns the weights
// of one, terms the output's positions.
#pragma once

#include "fast_divide.h"
#include "finish.h"
#include "taps.h"
#include "tile.h"

namespace approxtorch::cuda {

struct WeightProblem {
  static constexpr double kCopyCost = 0.5;  // of a value, in multiply-adds; see costOf
  const float* gradients;                   // [batch, groups·rows, outHeight, outWidth]
  const float* images;                      // [batch, groups·groupChannels, height, width]
  Destination results;                      // [groups·rows, columns]
  Finish finish;
  const Tap* taps;  // of a position, one for each column
  int groups, rows, columns, rowTiles, columnTiles;
  int height, width;
  int positions;  // batch·outHeight·outWidth
  FastDivisor outPlane, outWidth;
  int64_t imageSize, groupSize;           // elements of an image, and of a group's channels of it
  int strideY, strideX, padTop, padLeft;  // from a position to the image
  int partTerms;                          // terms of a part, a multiple of the tile's depth

  struct Block {
    int firstRow, firstColumn, firstTerm, terms;
    int part, group;
  };

  template <class Tile>
  __device__ bool find(int64_t index, Block& block) const {
    block.firstRow = static_cast<int>(index % rowTiles) * Tile::kRows;
    index /= rowTiles;
    block.firstColumn = static_cast<int>(index % columnTiles) * Tile::kColumns;
    index /= columnTiles;
    block.group = static_cast<int>(index % groups);
    block.part = static_cast<int>(index / groups);
    block.firstTerm = block.part * partTerms;
    block.terms = min(positions - block.firstTerm, partTerms);
    return true;
  }

  template <class Tile>
  struct Shared {
    int4 taps[Tile::kColumns];  // of the block's columns
  };
  template <class Tile>
  __device__ void fill(const Block& block, Shared<Tile>& shared) const {
    for (int i = static_cast<int>(threadIdx.x); i < Tile::kColumns; i += Tile::kThreads) {
      const int column = min(block.firstColumn + i, columns - 1);
      shared.taps[i] = __ldg(reinterpret_cast<const int4*>(taps + column));
    }
    __syncthreads();
  }

  __device__ float start(const Block&, int /*row*/, int /*column*/) const { return 0.0f; }

  // Gradients.
  template <class Tile>
  struct Left {
    using Slots = cuda::Slots<Tile::kRows, Tile::kDepth, Tile::kThreads>;
    static_assert(Tile::kThreads % Tile::kDepth == 0, "a thread copies elements of one term");
    const float* gradients;
    FastDivisor outPlane;
    int64_t imageSize;
    int plane, rows, end;

    __device__ Left(const WeightProblem& p, const Block& block, const Shared<Tile>&)
        : outPlane(p.outPlane),
          imageSize(int64_t{p.groups} * p.rows * p.outPlane.divisor),
          plane(static_cast<int>(p.outPlane.divisor)),
          rows(p.rows - block.firstRow),
          end(block.firstTerm + block.terms) {
      gradients = p.gradients + (int64_t{block.group} * p.rows + block.firstRow) * plane;
    }

    static __device__ bool depthFirst() { return true; }
    __device__ void load(int first, float (&values)[Slots::kCount]) const {
      const int position = first + static_cast<int>(threadIdx.x) % Tile::kDepth;
      const int image = outPlane.quotient(position);
      const float* from = gradients + image * imageSize + (position - image * plane);
#pragma unroll
      for (int slot = 0; slot < Slots::kCount; ++slot) {
        int row, k;
        Slots::find(slot, true, row, k);
        values[slot] = row < rows && position < end ? __ldg(from + int64_t{row} * plane) : 0.0f;
      }
    }
  };

  // Elements of the images.
  template <class Tile>
  struct Right {
    using Slots = cuda::Slots<Tile::kColumns, Tile::kDepth, Tile::kThreads>;
    const WeightProblem& p;
    const Shared<Tile>& shared;
    const float* images;
    int columns, end;

    __device__ Right(const WeightProblem& problem, const Block& block, const Shared<Tile>& filled)
        : p(problem),
          shared(filled),
          images(problem.images + block.group * problem.groupSize),
          columns(problem.columns - block.firstColumn),
          end(block.firstTerm + block.terms) {}

    static __device__ bool depthFirst() { return true; }
    __device__ void load(int first, float (&values)[Slots::kCount]) const {
      const int position = first + static_cast<int>(threadIdx.x) % Tile::kDepth;
      const int image = p.outPlane.quotient(position);
      const int at = position - image * static_cast<int>(p.outPlane.divisor);
      const int row = p.outWidth.quotient(at);
      const int y = row * p.strideY - p.padTop;
      const int x = (at - row * static_cast<int>(p.outWidth.divisor)) * p.strideX - p.padLeft;
      const float* from = images + image * p.imageSize + int64_t{y} * p.width + x;
#pragma unroll
      for (int slot = 0; slot < Slots::kCount; ++slot) {
        int column, k;
        Slots::find(slot, true, column, k);
        values[slot] = 0.0f;
        if (!Slots::exists(slot) || column >= columns || position >= end) continue;
        const int4 tap = shared.taps[column];
        const bool inside = static_cast<unsigned>(y + tap.y) < static_cast<unsigned>(p.height) &&
                            static_cast<unsigned>(x + tap.z) < static_cast<unsigned>(p.width);
        if (inside) values[slot] = __ldg(from + tap.x);
      }
    }
  };

  struct Target {
    int64_t first;
    int rows, columns, part, count;

    __device__ Target(const WeightProblem& p, const Block& block, int column)
        : first(int64_t{block.group} * p.rows * p.columns + column),
          rows(p.rows),
          columns(p.columns),
          part(block.part),
          count(min(4, p.columns - column)) {}

    __device__ void store(const WeightProblem& p, int row, const float* sums) const {
      if (row >= rows || count <= 0) return;
      const int64_t index = first + int64_t{row} * columns;
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
