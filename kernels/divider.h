// Division by a number that is the same in all threads.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

namespace approxtorch::cuda {

// A multiplication and a shift: T. Granlund, P. L. Montgomery, "Division by invariant integers using
// multiplication", PLDI 1994.
struct Divider {
  uint32_t divisor, multiplier;
  int shift;

  // divisor: from 1 to 2^31
  static Divider of(uint32_t divisor) {
    int shift = 0;
    while ((uint64_t{1} << shift) < divisor) ++shift;
    const uint64_t excess = (uint64_t{1} << shift) - divisor;
    return {divisor, static_cast<uint32_t>((excess << 32) / divisor + 1), shift};
  }

  // n < 2^31
  __device__ uint32_t quotient(uint32_t n) const {
    const auto high = static_cast<uint32_t>(uint64_t{n} * multiplier >> 32);
    return (high + n) >> shift;
  }
};

}  // namespace approxtorch::cuda
