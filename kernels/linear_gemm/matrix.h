// Matrices in memory, and their products.
#pragma once

#include <cstdint>

namespace approxtorch::cuda {

// The element (i, j) is data[i·rowStride + j·columnStride].
struct MatrixView {
  const float* data;
  int64_t rowStride, columnStride;
};

// A product of `products` (groups, batches) independent matrices.
struct ProductShape {
  int64_t products, rows, columns, depth;
};

}  // namespace approxtorch::cuda
