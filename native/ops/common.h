// What several float32 ops share.
#pragma once

#include <algorithm>

#include "../cpu/float_kernels.h"
#include "../plan/op.h"
#include "../spec/common.h"

namespace approxtorch {

// Elements that one thread takes at a time: a few µs of work.
constexpr int64_t kGrain = 16384;

// Rows of `size` elements that make up a grain.
inline int64_t rowsPerGrain(int64_t size) { return std::max<int64_t>(1, kGrain / size); }

}  // namespace approxtorch
