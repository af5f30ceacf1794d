// Matrices in the order in which GemmTile reads them, and tiles at the edge of C.
#pragma once

#include <cstdint>

#include "divide_up.h"
#include "sgemm_kernel.h"

namespace approxtorch {

// A matrix, dense along rows or columns: one of its strides is 1. A transposed one has them exchanged.
struct Matrix {
  const float* data;
  int64_t rowStride, columnStride;

  const float* at(int64_t row, int64_t column) const {
    return data + row * rowStride + column * columnStride;
  }
};

// Terms of a product that a tile handles at a time: the panels of A and B then stay in the caches.
constexpr int64_t kGemmDepth = 384;

// rows × depth of A from its first element, times alpha, as panels of tile.rows rows:
// [panel][depth][tile.rows], the last panel filled up with zeros.
void packRows(const GemmTile& tile, const Matrix& a, int64_t rows, int64_t depth, float alpha, float* packed);

// depth × columns (≤ tile.columns) of B as one panel [depth][tile.columns], filled up with zeros.
void packColumns(const GemmTile& tile, const Matrix& b, int64_t depth, int64_t columns, float* packed);

// tile.compute for the first `rows` × `columns` of a tile, which nothing else is read or written of.
void computeEdge(const GemmTile& tile, int64_t rows, int64_t columns, int64_t depth, const float* a,
                 const float* b, float* c, int64_t stride, const float* start, float low, float high);

}  // namespace approxtorch
