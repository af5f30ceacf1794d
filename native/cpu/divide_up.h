#pragma once

#include <cstdint>

namespace approxtorch {

// ⌈a / b⌉ for a ≥ 0, b > 0.
inline int64_t divideUp(int64_t a, int64_t b) { return (a + b - 1) / b; }

}  // namespace approxtorch
