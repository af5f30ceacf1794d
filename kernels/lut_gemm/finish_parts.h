// Adds up the sums of parts of the taps, and finishes them.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "../dependent_launch.h"
#include "epilogue.h"
#include "problem.h"

namespace approxtorch::cuda {

constexpr int kFinishTile = 32, kFinishThreads = 256;

// `partials` is not __restrict__: it is written while the kernel waits. One block per 32 positions (x), 32
// outputs (y) and group (z). partials: [parts][groups][positions][outputs]. The sums come with the outputs
// side by side, and go with the positions side by side.
template <class Sum>
__global__ void __launch_bounds__(kFinishThreads)
    finishParts(GemmShape shape, int parts, const int32_t* partials, Epilogue<Sum> epilogue) {
  using Wrapping = std::make_unsigned_t<Sum>;
  __shared__ Sum sums[kFinishTile][kFinishTile + 1];
  const int32_t m0 = static_cast<int32_t>(blockIdx.x) * kFinishTile;
  const int32_t n0 = static_cast<int32_t>(blockIdx.y) * kFinishTile;
  const int32_t group = static_cast<int32_t>(blockIdx.z);
  const int across = static_cast<int>(threadIdx.x) % kFinishTile;
  constexpr int kRows = kFinishThreads / kFinishTile;
  waitForLaunchBefore();
  const int64_t partStride = int64_t{shape.groups} * shape.positions * shape.outputs;
  for (int row = static_cast<int>(threadIdx.x) / kFinishTile; row < kFinishTile; row += kRows) {
    const int32_t m = m0 + row, n = n0 + across;
    if (m >= shape.positions || n >= shape.outputs) continue;
    const int32_t* from = partials + (int64_t{group} * shape.positions + m) * shape.outputs + n;
    Wrapping sum = 0;
#pragma unroll 6
    for (int part = 0; part < parts; ++part) sum += static_cast<Wrapping>(Sum{from[part * partStride]});
    sums[row][across] = static_cast<Sum>(sum);
  }
  __syncthreads();
  const int32_t m = m0 + across;
  if (m >= shape.positions) return;
  const auto place = epilogue.place(m);
  for (int row = static_cast<int>(threadIdx.x) / kFinishTile; row < kFinishTile; row += kRows) {
    const int32_t n = n0 + row, output = group * shape.outputs + n;
    if (n < shape.outputs) epilogue.store(epilogue.value(sums[across][row], place, output), place, output);
  }
}

}  // namespace approxtorch::cuda
