#include "gemm_pack.h"

#include <algorithm>
#include <cstring>

#include "transpose.h"

namespace approxtorch {

void packRows(const GemmTile& tile, const Matrix& a, int64_t rows, int64_t depth, float alpha,
              float* packed) {
  for (int64_t first = 0; first < rows; first += tile.rows, packed += depth * tile.rows) {
    const int64_t count = std::min<int64_t>(tile.rows, rows - first);
    if (count < tile.rows) std::memset(packed, 0, static_cast<size_t>(depth * tile.rows) * sizeof(float));
    if (a.columnStride == 1) {
      transposeCopy(a.at(first, 0), a.rowStride, packed, tile.rows, count, depth, alpha);
      continue;
    }
    for (int64_t k = 0; k < depth; ++k) {
      const float* source = a.at(first, k);
      for (int64_t i = 0; i < count; ++i) packed[k * tile.rows + i] = alpha * source[i];
    }
  }
}

void packColumns(const GemmTile& tile, const Matrix& b, int64_t depth, int64_t columns, float* packed) {
  if (columns < tile.columns)
    std::memset(packed, 0, static_cast<size_t>(depth * tile.columns) * sizeof(float));
  if (b.columnStride == 1) {
    for (int64_t k = 0; k < depth; ++k) {
      std::memcpy(packed + k * tile.columns, b.at(k, 0), static_cast<size_t>(columns) * sizeof(float));
    }
    return;
  }
  transposeCopy(b.data, b.columnStride, packed, tile.columns, columns, depth);
}

void computeEdge(const GemmTile& tile, int64_t rows, int64_t columns, int64_t depth, const float* a,
                 const float* b, float* c, int64_t stride, const float* start, float low, float high) {
  float copy[kMaxTileRows * kMaxTileColumns];
  if (start == nullptr) {
    std::memset(copy, 0, sizeof copy);
    for (int64_t i = 0; i < rows; ++i) std::copy_n(c + i * stride, columns, copy + i * tile.columns);
  }
  tile.compute(depth, a, b, copy, tile.columns, start, low, high);
  for (int64_t i = 0; i < rows; ++i) std::copy_n(copy + i * tile.columns, columns, c + i * stride);
}

}  // namespace approxtorch
