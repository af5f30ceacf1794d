// The product of two matrices, whatever they are read from: sums of fused multiply-adds in the order of the
// terms.
#pragma once

#include "../launch.h"
#include "tile.h"

namespace approxtorch::cuda {

// Both factors' parts, double-buffered. The rows are four floats longer, so that neither copying along the
// depth nor along the extent makes threads wait for the same bank.
template <class Tile>
struct alignas(16) TileBuffers {
  float a[2][Tile::kDepth][Tile::kRows + 4];
  float b[2][Tile::kDepth][Tile::kColumns + 4];
};

__device__ __forceinline__ void readPair(const float* from, float* to) {
  const float2 pair = *reinterpret_cast<const float2*>(from);
  to[0] = pair.x;
  to[1] = pair.y;
}
__device__ __forceinline__ void readQuad(const float* from, float* to) {
  const float4 quad = *reinterpret_cast<const float4*>(from);
  to[0] = quad.x;
  to[1] = quad.y;
  to[2] = quad.z;
  to[3] = quad.w;
}

template <class Tile>
struct ThreadSums {
  float values[Tile::kThreadRows][Tile::kThreadColumns];

  __device__ void add(const float (&a)[Tile::kDepth][Tile::kRows + 4],
                      const float (&b)[Tile::kDepth][Tile::kColumns + 4]) {
#pragma unroll
    for (int k = 0; k < Tile::kDepth; ++k) {
      float left[Tile::kThreadRows], right[Tile::kThreadColumns];
      if constexpr (Tile::kThreadRows == 2) {
        readPair(&a[k][Tile::firstRow()], left);
      } else {
#pragma unroll
        for (int i = 0; i < Tile::kThreadRows; i += 4) readQuad(&a[k][Tile::firstRow() + i], left + i);
      }
#pragma unroll
      for (int q = 0; q < Tile::kQuads; ++q) {
        readQuad(&b[k][Tile::firstColumn() + q * Tile::kQuadStride], right + 4 * q);
      }
#pragma unroll
      for (int i = 0; i < Tile::kThreadRows; ++i) {
#pragma unroll
        for (int j = 0; j < Tile::kThreadColumns; ++j) values[i][j] = fmaf(left[i], right[j], values[i][j]);
      }
    }
  }
};

// A Problem is cut up as its find(block) says: it returns false for blocks without work, else sets
//   firstRow, firstColumn, firstTerm, terms.
// Problem::Left<Tile> and Right<Tile> are made by each thread from (problem, block, shared memory of the type
// Problem::Shared<Tile>, which Problem::fill has filled) and have
//   load(first, values): the thread's elements of the terms from `first` on, 0 beyond the matrix's end;
//   Slots and kDepthFirst or depthFirst(): which elements those are.
// start(block, row, column) is what a sum starts with; a Target is made of four columns and stores their
// sums.
template <class Tile, class Problem>
__global__ void __launch_bounds__(Tile::kThreads, Tile::kResident) tiledGemm(Problem problem) {
  using Left = typename Problem::template Left<Tile>;
  using Right = typename Problem::template Right<Tile>;
  __shared__ TileBuffers<Tile> buffers;
  __shared__ typename Problem::template Shared<Tile> shared;
  typename Problem::Block block;
  if (!problem.template find<Tile>(blockIdx.x, block)) return;
  problem.template fill<Tile>(block, shared);

  Left left(problem, block, shared);
  Right right(problem, block, shared);
  float a[Left::Slots::kCount], b[Right::Slots::kCount];
  const auto store = [&](int to) {
#pragma unroll
    for (int slot = 0; slot < Left::Slots::kCount; ++slot) {
      int at, k;
      Left::Slots::find(slot, left.depthFirst(), at, k);
      if (Left::Slots::exists(slot)) buffers.a[to][k][at] = a[slot];
    }
#pragma unroll
    for (int slot = 0; slot < Right::Slots::kCount; ++slot) {
      int at, k;
      Right::Slots::find(slot, right.depthFirst(), at, k);
      if (Right::Slots::exists(slot)) buffers.b[to][k][at] = b[slot];
    }
  };

  ThreadSums<Tile> sums;
#pragma unroll
  for (int i = 0; i < Tile::kThreadRows; ++i) {
#pragma unroll
    for (int j = 0; j < Tile::kThreadColumns; ++j) {
      sums.values[i][j] =
          problem.start(block, block.firstRow + Tile::firstRow() + i,
                        block.firstColumn + Tile::firstColumn() + j / 4 * Tile::kQuadStride + j % 4);
    }
  }
  if (block.terms > 0) {
    left.load(block.firstTerm, a);
    right.load(block.firstTerm, b);
    store(0);
    __syncthreads();
    int from = 0;
    for (int done = 0; done < block.terms; done += Tile::kDepth) {
      const bool more = block.terms - done > Tile::kDepth;
      if (more) {
        left.load(block.firstTerm + done + Tile::kDepth, a);
        right.load(block.firstTerm + done + Tile::kDepth, b);
      }
      sums.add(buffers.a[from], buffers.b[from]);
      if (!more) break;
      from ^= 1;
      store(from);
      __syncthreads();
    }
  }

#pragma unroll
  for (int q = 0; q < Tile::kQuads; ++q) {
    const typename Problem::Target target(problem, block,
                                          block.firstColumn + Tile::firstColumn() + q * Tile::kQuadStride);
#pragma unroll
    for (int i = 0; i < Tile::kThreadRows; ++i) {
      target.store(problem, block.firstRow + Tile::firstRow() + i, &sums.values[i][4 * q]);
    }
  }
}

}  // namespace approxtorch::cuda
