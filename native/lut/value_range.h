// The ranges of values, from which quantization parameters follow.
#pragma once

#include <cstdint>
#include <vector>

#include "../thread_pool.h"

namespace approxtorch::lut {

// Least and greatest of some values and 0.
struct ValueRange {
  float low = 0.0f, high = 0.0f;
  bool finite = true;  // no value is NaN or infinite
};

// The ranges of `sets` runs of `count` values each, one after the other.
std::vector<ValueRange> observeRanges(const float* x, int64_t sets, int64_t count, ThreadPool& pool);

}  // namespace approxtorch::lut
