// Adds up the sums of parts of the taps.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>
#include <type_traits>

namespace approxtorch::cuda {

constexpr int kSumPartsThreads = 256;

// sums[i] = constant + Σ_p partials[p][i] for i < count. Sum: int32_t or int64_t.
template <class Sum>
__global__ void __launch_bounds__(kSumPartsThreads)
    sumParts(int parts, int64_t count, const int32_t* __restrict__ partials, Sum constant,
             Sum* __restrict__ sums) {
  using Wrapping = std::make_unsigned_t<Sum>;
  const int64_t i = int64_t{blockIdx.x} * kSumPartsThreads + threadIdx.x;
  if (i >= count) return;
  auto sum = static_cast<Wrapping>(constant);
  for (int part = 0; part < parts; ++part) sum += static_cast<Wrapping>(Sum{partials[part * count + i]});
  sums[i] = static_cast<Sum>(sum);
}

}  // namespace approxtorch::cuda
