// The plain kernel: a tile of 64 × 64 sums per block, 4 × 4 per thread, products read from the table through
// the first-level cache.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>
#include <type_traits>

#include "problem.h"

namespace approxtorch::cuda {

constexpr int kGatherTile = 64, kGatherThreads = 256, kGatherTaps = 16;

// Entry: of the table, int16_t or int32_t. Sum: int32_t or int64_t.
template <class Entry, class Sum>
__global__ void __launch_bounds__(kGatherThreads)
    gatherSums(GemmOperands operands, const Entry* __restrict__ table, Sum offset, Sum* __restrict__ sums) {
  constexpr int kSide = 4, kThreadsAcross = kGatherTile / kSide;
  using Wrapping = std::make_unsigned_t<Sum>;  // partial sums less the offset may exceed what the result fits
  __shared__ uint8_t codes[kGatherTaps][kGatherTile], weights[kGatherTaps][kGatherTile];
  const GemmShape shape = operands.shape;
  const int64_t m0 = int64_t{blockIdx.x} * kGatherTile, n0 = int64_t{blockIdx.y} * kGatherTile;
  const int mThread = static_cast<int>(threadIdx.x) / kThreadsAcross * kSide;
  const int nThread = static_cast<int>(threadIdx.x) % kThreadsAcross * kSide;
  Wrapping acc[kSide][kSide] = {};
  for (int64_t k0 = 0; k0 < shape.taps; k0 += kGatherTaps) {
    for (int i = static_cast<int>(threadIdx.x); i < kGatherTaps * kGatherTile; i += kGatherThreads) {
      // Each array in the order of its memory. Entries of the tile's padding are looked up, but not written.
      const int64_t codeTap = k0 + i / kGatherTile, m = m0 + i % kGatherTile;
      const bool codeInside = codeTap < shape.taps && m < shape.positions;
      codes[i / kGatherTile][i % kGatherTile] =
          codeInside ? operands.codes[codeTap * operands.codeStride + m] : 0;
      const int64_t weightTap = k0 + i % kGatherTaps, n = n0 + i / kGatherTaps;
      const bool weightInside = weightTap < shape.taps && n < shape.outputs;
      weights[i % kGatherTaps][i / kGatherTaps] =
          weightInside ? operands.weights[n * shape.taps + weightTap] : 0;
    }
    __syncthreads();
    const int taps = shape.taps - k0 < kGatherTaps ? static_cast<int>(shape.taps - k0) : kGatherTaps;
    for (int k = 0; k < taps; ++k) {
      int row[kSide], column[kSide];
#pragma unroll
      for (int i = 0; i < kSide; ++i) {
        row[i] = codes[k][mThread + i] * operands.table.columns;
        column[i] = weights[k][nThread + i];
      }
#pragma unroll
      for (int i = 0; i < kSide; ++i) {
#pragma unroll
        for (int j = 0; j < kSide; ++j)
          acc[i][j] += static_cast<Wrapping>(Sum{__ldg(table + row[i] + column[j])});
      }
    }
    __syncthreads();
  }
  const Wrapping constant = static_cast<Wrapping>(offset) * static_cast<Wrapping>(shape.taps);
#pragma unroll
  for (int i = 0; i < kSide; ++i) {
#pragma unroll
    for (int j = 0; j < kSide; ++j) {
      const int64_t m = m0 + mThread + i, n = n0 + nThread + j;
      if (m < shape.positions && n < shape.outputs) {
        sums[m * shape.outputs + n] = static_cast<Sum>(acc[i][j] + constant);
      }
    }
  }
}

}  // namespace approxtorch::cuda
