// A convolution as a matrix product: rows are channels of the result, columns its positions, terms are taps.
#pragma once

#include "finish.h"
#include "taps.h"
#include "tile.h"

namespace approxtorch::cuda {

struct PatchProblem {
  static constexpr double kCopyCost = 0.0;  // little differs between its tiles; see costOf
  const float* images;                      // [batch, groups·groupChannels, height, width]
  const float* weights;                     // of a row and a tap: weights[row·rowWeights + tap.weight]
  const float* bias;                        // by channel of the result; null: 0
  Destination results;                      // [batch, groups·rows, outHeight, outWidth]
  Finish finish;
  const Tap* taps;
  const Phase* phases;
  const float* zero;  // is read in place of what lies outside: a load without a condition needs no branch
  int phaseCount, groups, rows, rowTiles, columnTiles;
  int height, width;
  int batch;
  int64_t imageSize, groupSize;  // elements of an image, and of a group's channels of it
  int64_t rowWeights, groupWeights;
  int strideY, strideX, padTop, padLeft;  // from a position to the image
  int64_t outHeight, outWidth;
  int outStrideY, outStrideX;  // from a phase's position to the plane's
  int partTerms;               // terms of a part, a multiple of the tile's depth

  struct Block {
    int firstRow, firstColumn, firstTerm, terms;
    int part, group, columns;
    Phase phase;
  };

  template <class Tile>
  __device__ bool find(int64_t index, Block& block) const {
    block.firstRow = static_cast<int>(index % rowTiles) * Tile::kRows;
    index /= rowTiles;
    block.firstColumn = static_cast<int>(index % columnTiles) * Tile::kColumns;
    index /= columnTiles;
    block.group = static_cast<int>(index % groups);
    index /= groups;
    block.phase = phases[index % phaseCount];
    block.part = static_cast<int>(index / phaseCount);
    block.columns = batch * block.phase.rows * block.phase.columns;
    block.firstTerm = block.part * partTerms;
    block.terms = min(block.phase.taps - block.firstTerm, partTerms);
    return block.firstColumn < block.columns;
  }

  template <class Tile>
  struct Shared {};
  template <class Tile>
  __device__ void fill(const Block&, Shared<Tile>&) const {}

  __device__ float start(const Block& block, int row, int /*column*/) const {
    if (bias == nullptr || block.part != 0 || row >= rows) return 0.0f;
    return __ldg(bias + block.group * rows + row);
  }

  // Weights.
  template <class Tile>
  struct Left {
    using Slots = cuda::Slots<Tile::kRows, Tile::kDepth, Tile::kThreads>;
    const float *weights, *zero;
    const Tap* taps;
    int64_t pitch;
    int lastRow, end;

    __device__ Left(const PatchProblem& p, const Block& block, const Shared<Tile>&)
        : weights(p.weights + block.group * p.groupWeights + block.firstRow * p.rowWeights),
          zero(p.zero),
          taps(p.taps + block.phase.firstTap),
          pitch(p.rowWeights),
          lastRow(p.rows - block.firstRow - 1),
          end(block.firstTerm + block.terms) {}

    static __device__ bool depthFirst() { return true; }
    __device__ void load(int first, float (&values)[Slots::kCount]) const {
#pragma unroll
      for (int slot = 0; slot < Slots::kCount; ++slot) {
        int row, k;
        Slots::find(slot, true, row, k);
        const int offset = __ldg(&taps[min(first + k, end - 1)].weight);
        values[slot] = __ldg(first + k < end ? weights + min(row, lastRow) * pitch + offset : zero);
      }
    }
  };

  // Elements of the images.
  template <class Tile>
  struct Right {
    using Slots = cuda::Slots<Tile::kColumns, Tile::kDepth, Tile::kThreads>;
    static_assert(Tile::kColumns % Tile::kThreads == 0 || Tile::kThreads % Tile::kColumns == 0,
                  "a thread has few columns");
    static constexpr int kColumns = Tile::kColumns > Tile::kThreads ? Tile::kColumns / Tile::kThreads : 1;
    const float* position[kColumns];
    int y[kColumns], x[kColumns];
    const Tap* taps;
    const float* zero;
    int height, width, end;

    __device__ Right(const PatchProblem& p, const Block& block, const Shared<Tile>&)
        : taps(p.taps + block.phase.firstTap),
          zero(p.zero),
          height(p.height),
          width(p.width),
          end(block.firstTerm + block.terms) {
      const int plane = block.phase.rows * block.phase.columns;
#pragma unroll
      for (int i = 0; i < kColumns; ++i) {
        int column, k;
        Slots::find(i, false, column, k);
        column += block.firstColumn;
        const int image = column / plane, at = column % plane;
        y[i] = at / block.phase.columns * p.strideY - p.padTop;
        x[i] = at % block.phase.columns * p.strideX - p.padLeft;
        position[i] =
            p.images + image * p.imageSize + block.group * p.groupSize + int64_t{y[i]} * p.width + x[i];
        if (column < block.columns) continue;
        y[i] = INT32_MIN / 2;  // outside of the image with every tap
        position[i] = p.images;
      }
    }

    static __device__ bool depthFirst() { return false; }
    __device__ void load(int first, float (&values)[Slots::kCount]) const {
#pragma unroll
      for (int slot = 0; slot < Slots::kCount; ++slot) {
        int column, k;
        Slots::find(slot, false, column, k);
        const int i = slot % kColumns;
        const int4 tap = __ldg(reinterpret_cast<const int4*>(taps + min(first + k, end - 1)));
        const bool inside = (first + k < end) &
                            (static_cast<unsigned>(y[i] + tap.y) < static_cast<unsigned>(height)) &
                            (static_cast<unsigned>(x[i] + tap.z) < static_cast<unsigned>(width));
        values[slot] = __ldg(inside ? position[i] + tap.x : zero);
      }
    }
  };

  struct Target {
    int64_t first[4];
    int64_t rowPitch;
    int rows, part, count;
    bool quad;

    __device__ Target(const PatchProblem& p, const Block& block, int column)
        : rowPitch(p.outHeight * p.outWidth),
          rows(p.rows),
          part(block.part),
          count(min(4, block.columns - column)),
          quad(p.results.quads) {
      const int plane = block.phase.rows * block.phase.columns;
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        if (quad && i > 0) break;
        const int image = (column + i) / plane, at = (column + i) % plane;
        const int64_t y = block.phase.y + int64_t{at / block.phase.columns} * p.outStrideY;
        const int64_t x = block.phase.x + int64_t{at % block.phase.columns} * p.outStrideX;
        first[i] = (int64_t{image} * p.groups + block.group) * rows * rowPitch + y * p.outWidth + x;
      }
    }

    __device__ void store(const PatchProblem& p, int row, const float* sums) const {
      if (row >= rows || count <= 0) return;
      if (quad) {
        p.results.storeQuad(p.finish, part, first[0] + row * rowPitch, sums);
        return;
      }
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        if (i < count) p.results.store(p.finish, part, first[i] + row * rowPitch, sums[i]);
      }
    }
  };
};

}  // namespace approxtorch::cuda
