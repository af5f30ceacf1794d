#include "transpose.h"

#include "../isa.h"

namespace approxtorch {
namespace {

const TransposeKernel& transposeKernel() {
#ifdef APPROXTORCH_X86
  if (currentIsa() == Isa::kAvx512) return kTransposeAvx512;
  if (currentIsa() == Isa::kAvx2) return kTransposeAvx2;
#endif
  return kTransposeScalar;
}

void copyBlock(const float* from, int64_t fromStride, float* to, int64_t toStride, int64_t rows,
               int64_t columns, float factor) {
  for (int64_t r = 0; r < rows; ++r) {
    for (int64_t c = 0; c < columns; ++c) to[c * toStride + r] = factor * from[r * fromStride + c];
  }
}

// The squares of one kernel, then the rest with those of the next smaller one.
void transposeBlock(const TransposeKernel& kernel, const float* from, int64_t fromStride, float* to,
                    int64_t toStride, int64_t rows, int64_t columns, float factor) {
  const int64_t wholeRows = rows / kernel.size * kernel.size;
  const int64_t wholeColumns = columns / kernel.size * kernel.size;
  for (int64_t r = 0; r < wholeRows; r += kernel.size) {
    kernel.squares(from + r * fromStride, fromStride, to + r, toStride, wholeColumns / kernel.size, factor);
  }
  const auto rest = [&](int64_t firstRow, int64_t restRows, int64_t firstColumn, int64_t restColumns) {
    const float* source = from + firstRow * fromStride + firstColumn;
    float* target = to + firstColumn * toStride + firstRow;
    if (kernel.size == kTransposeScalar.size) {
      copyBlock(source, fromStride, target, toStride, restRows, restColumns, factor);
    } else {
      transposeBlock(kTransposeScalar, source, fromStride, target, toStride, restRows, restColumns, factor);
    }
  };
  rest(0, wholeRows, wholeColumns, columns - wholeColumns);
  rest(wholeRows, rows - wholeRows, 0, columns);
}

}  // namespace

void transposeCopy(const float* from, int64_t fromStride, float* to, int64_t toStride, int64_t rows,
                   int64_t columns, float factor) {
  transposeBlock(transposeKernel(), from, fromStride, to, toStride, rows, columns, factor);
}

}  // namespace approxtorch
