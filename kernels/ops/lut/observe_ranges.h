// The ranges of values, from which quantization parameters follow.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

namespace approxtorch::cuda {

// Bits of the greatest of some values and 0, and those of the least and 0 without the sign. The bits of
// non-negative floats are ordered as the floats are; infinities and NaN come last.
struct RangeBits {
  int32_t positive, negative;
};

// Least and greatest of some values and 0.
struct DeviceRange {
  float low, high;
  bool finite;
};

// The parts, in which the range of `count` values is looked for.
int32_t rangeParts(int64_t count);

// parts: [sets][rangeParts(count)], of `sets` runs of `count` values each, one after the other.
void observeRanges(const float* x, int64_t sets, int64_t count, RangeBits* parts, cudaStream_t stream);

#if defined(__CUDACC__) || defined(APPROXTORCH_CUDA_EMULATED)
// The range of one set, from its parts.
__device__ inline DeviceRange rangeOf(const RangeBits* parts, int32_t count) {
  constexpr int32_t kInfinity = 0x7f800000;
  RangeBits all{0, 0};
  for (int32_t i = 0; i < count; ++i) {
    all.positive = max(all.positive, parts[i].positive);
    all.negative = max(all.negative, parts[i].negative);
  }
  return {all.negative == 0 ? 0.0f : -__int_as_float(all.negative), __int_as_float(all.positive),
          all.positive < kInfinity && all.negative < kInfinity};
}
#endif

}  // namespace approxtorch::cuda
