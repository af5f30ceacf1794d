#pragma once

#include <cstdint>

namespace approxtorch {

// to[c·toStride + r] = factor · from[r·fromStride + c] for r < rows, c < columns.
void transposeCopy(const float* from, int64_t fromStride, float* to, int64_t toStride, int64_t rows,
                   int64_t columns, float factor = 1.0f);

// The same for squares that fit the registers of an ISA (transpose_<isa>.cc).
struct TransposeKernel {
  int size;
  // `columns` squares side by side, from[0], from[size], …
  void (*squares)(const float* from, int64_t fromStride, float* to, int64_t toStride, int64_t count,
                  float factor);
};

extern const TransposeKernel kTransposeScalar;
extern const TransposeKernel kTransposeAvx2;
extern const TransposeKernel kTransposeAvx512;

}  // namespace approxtorch
