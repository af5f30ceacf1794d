#pragma once

#include <cstdint>

namespace approxtorch {

// to[c·toStride + r] = factor · from[r·fromStride + c] for r < rows, c < columns.
void transposeCopy(const float* from, int64_t fromStride, float* to, int64_t toStride, int64_t rows,
                   int64_t columns, float factor = 1.0f);

}  // namespace approxtorch
