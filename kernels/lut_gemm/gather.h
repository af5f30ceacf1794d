// The plain kernel: a tile of 64 × 64 sums per block, 4 × 4 per thread, products read from the table through
// the first-level cache.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>
#include <type_traits>

#include "epilogue.h"
#include "problem.h"

namespace approxtorch::cuda {

constexpr int kGatherTile = 64, kGatherThreads = 256, kGatherTaps = 16;

// One block per tile of positions (x), tile of outputs (y) and group (z). Entry: of the table, int16_t or
// int32_t. Sum: int32_t or int64_t.
template <class Entry, class Sum>
__global__ void __launch_bounds__(kGatherThreads)
    gatherSums(GemmOperands operands, const Entry* __restrict__ table, Epilogue<Sum> epilogue) {
  constexpr int kSide = 4, kThreadsAcross = kGatherTile / kSide;
  using Wrapping = std::make_unsigned_t<Sum>;  // partial sums less the offset may exceed what the result fits
  __shared__ uint8_t codes[kGatherTaps][kGatherTile], weights[kGatherTaps][kGatherTile];
  const GemmShape shape = operands.shape;
  const int thread = static_cast<int>(threadIdx.x);
  const int32_t m0 = static_cast<int32_t>(blockIdx.x) * kGatherTile;
  const int32_t n0 = static_cast<int32_t>(blockIdx.y) * kGatherTile;
  const int32_t group = static_cast<int32_t>(blockIdx.z);
  const int mThread = thread / kThreadsAcross * kSide, nThread = thread % kThreadsAcross * kSide;
  // Positions beyond the last read its codes, and are not written.
  const int32_t m = min(m0 + thread % kGatherTile, shape.positions - 1);
  const uint8_t* const from =
      operands.places.codes + group * operands.places.groupStride + operands.places.of(m);
  const uint8_t* const groupWeights = operands.weights + int64_t{group} * shape.outputs * shape.taps;
  Wrapping acc[kSide][kSide] = {};
  for (int32_t k0 = 0; k0 < shape.taps; k0 += kGatherTaps) {
    for (int i = thread; i < kGatherTaps * kGatherTile; i += kGatherThreads) {
      // Each array in the order of its memory.
      const int32_t codeTap = k0 + i / kGatherTile;
      codes[i / kGatherTile][i % kGatherTile] =
          codeTap < shape.taps ? from[__ldg(operands.places.taps + codeTap)] : 0;
      const int32_t weightTap = k0 + i % kGatherTaps, n = n0 + i / kGatherTaps;
      const bool weightInside = weightTap < shape.taps && n < shape.outputs;
      weights[i % kGatherTaps][i / kGatherTaps] =
          weightInside ? groupWeights[int64_t{n} * shape.taps + weightTap] : 0;
    }
    __syncthreads();
    const int taps = min(shape.taps - k0, kGatherTaps);
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
#pragma unroll
  for (int i = 0; i < kSide; ++i) {
    if (m0 + mThread + i >= shape.positions) continue;
    const auto place = epilogue.place(m0 + mThread + i);
#pragma unroll
    for (int j = 0; j < kSide; ++j) {
      const int32_t n = n0 + nThread + j, output = group * shape.outputs + n;
      if (n < shape.outputs) {
        epilogue.store(epilogue.value(static_cast<Sum>(acc[i][j]), place, output), place, output);
      }
    }
  }
}

}  // namespace approxtorch::cuda
