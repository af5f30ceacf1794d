// The row tables of the packed-rows kernel (lut_gemm.h: buildRowTables).
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "tiling.h"

namespace approxtorch::cuda {

constexpr int kRowTableThreads = 256;

// One block per tap (x), tile of outputs (y) and group (z). A thread writes the products of one code with
// eight outputs.
static __global__ void __launch_bounds__(kRowTableThreads)
    writeRowTables(GemmOperands operands, int columns, int16_t* __restrict__ rowTables) {
  constexpr int kNone = -1, kMostColumns = 64;
  __shared__ int weights[kMostColumns];
  const GemmShape shape = operands.shape;
  const int64_t tap = blockIdx.x, tile = blockIdx.y, group = blockIdx.z;
  if (static_cast<int>(threadIdx.x) < columns) {
    const int64_t n = tile * columns + threadIdx.x;
    const bool inside = tap < shape.taps && n < shape.outputs;
    weights[threadIdx.x] = inside ? operands.weights[(group * shape.outputs + n) * shape.taps + tap] : kNone;
  }
  __syncthreads();
  const int rows = operands.rows.distinct(), chunks = columns / kOutputsPerThread;
  auto* to =
      reinterpret_cast<uint4*>(rowTables + ((group * gridDim.y + tile) * gridDim.x + tap) * rows * columns);
  for (int i = static_cast<int>(threadIdx.x); i < rows * chunks; i += kRowTableThreads) {
    const int code = operands.rows.first + (i / chunks << operands.rows.shift);
    const int16_t* row = operands.table.narrow + code * operands.table.columns;
    const int* chunk = weights + i % chunks * kOutputsPerThread;
    unsigned pairs[kOutputsPerThread / 2];
#pragma unroll
    for (int j = 0; j < kOutputsPerThread / 2; ++j) {
      const int even = chunk[2 * j], odd = chunk[2 * j + 1];
      const unsigned low = even == kNone ? 0 : static_cast<uint16_t>(__ldg(row + even));
      const unsigned high = odd == kNone ? 0 : static_cast<uint16_t>(__ldg(row + odd));
      pairs[j] = low | high << 16;
    }
    to[i] = make_uint4(pairs[0], pairs[1], pairs[2], pairs[3]);
  }
}

}  // namespace approxtorch::cuda
