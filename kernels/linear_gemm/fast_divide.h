// Division of non-negative numbers by the same divisor again and again.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

namespace approxtorch::cuda {

// For 0 ≤ n < 2^31: the quotient is ⌊n·multiplier / 2^(32 + shift)⌋ (T. Granlund and P. Montgomery, 1994).
struct FastDivisor {
  uint32_t divisor, multiplier;
  int shift;  // −1: the divisor is 1

  explicit FastDivisor(int64_t d) : divisor(static_cast<uint32_t>(d)), multiplier(0), shift(-1) {
    if (d == 1) return;
    shift = 0;
    while ((int64_t{1} << (shift + 1)) < d) ++shift;
    multiplier = static_cast<uint32_t>((((uint64_t{1} << 32) << shift) + divisor - 1) / divisor);
  }

  __device__ int quotient(int n) const {
    if (shift < 0) return n;
    const uint64_t product = uint64_t{static_cast<uint32_t>(n)} * multiplier;
    return static_cast<int>(static_cast<uint32_t>(product >> 32) >> shift);
  }
};

}  // namespace approxtorch::cuda
