#pragma once

#include <cstdint>

namespace approxtorch::cuda {

inline int64_t ceilDivide(int64_t a, int64_t b) { return (a + b - 1) / b; }

}  // namespace approxtorch::cuda
