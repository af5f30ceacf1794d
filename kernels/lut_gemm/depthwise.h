// The depthwise kernel, for groups of few outputs and few taps: a group's columns of the table lie in shared
// memory, one for each weight, and each thread computes all of the group's outputs at one position. Little
// memory per block leaves room for many, which hide the waits of one another.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "../dynamic_shared.h"
#include "epilogue.h"
#include "problem.h"

namespace approxtorch::cuda {

constexpr int kDepthwiseThreads = 256, kDepthwisePositions = 4 * kDepthwiseThreads;
constexpr int kMostDepthwiseOutputs = 4;

inline int64_t depthwiseSharedBytes(const GemmShape& shape, int rows) {
  return int64_t{shape.outputs} * shape.taps * rows * 2;
}

// One block per tile of positions (x) and group (y).
template <int kOutputs>
__global__ void __launch_bounds__(kDepthwiseThreads)
    depthwiseSums(GemmOperands operands, Epilogue<int32_t> epilogue) {
  const GemmShape shape = operands.shape;
  const int thread = static_cast<int>(threadIdx.x), rows = operands.rows.count;
  const int32_t group = static_cast<int32_t>(blockIdx.y);
  auto* const columns = reinterpret_cast<int16_t*>(dynamicShared());  // [outputs][taps][rows]
  const uint8_t* const weights = operands.weights + int64_t{group} * shape.outputs * shape.taps;
  for (int i = thread; i < shape.outputs * shape.taps * (rows / 2);
       i += kDepthwiseThreads) {  // pairs of rows
    const int16_t* const column =
        operands.table.columnsOf + weights[i / (rows / 2)] * 256 + operands.rows.first;
    reinterpret_cast<unsigned*>(columns)[i] =
        __ldg(reinterpret_cast<const unsigned*>(column) + i % (rows / 2));
  }
  __syncthreads();
  const int32_t end = min((static_cast<int32_t>(blockIdx.x) + 1) * kDepthwisePositions, shape.positions);
  for (int32_t m = static_cast<int32_t>(blockIdx.x) * kDepthwisePositions + thread; m < end;
       m += kDepthwiseThreads) {
    const uint8_t* const from =
        operands.places.codes + group * operands.places.groupStride + operands.places.of(m);
    int acc[kOutputs] = {};
    for (int k = 0; k < shape.taps; ++k) {
      const int code = (__ldg(from + __ldg(operands.places.taps + k)) - operands.rows.first) & (rows - 1);
#pragma unroll
      for (int j = 0; j < kOutputs; ++j) {
        if (j < shape.outputs) acc[j] += columns[(j * shape.taps + k) * rows + code];
      }
    }
    const auto place = epilogue.place(m);
#pragma unroll
    for (int j = 0; j < kOutputs; ++j) {
      if (j >= shape.outputs) continue;
      const int32_t output = group * shape.outputs + j;
      epilogue.store(epilogue.value(acc[j], place, output), place, output);
    }
  }
}

}  // namespace approxtorch::cuda
