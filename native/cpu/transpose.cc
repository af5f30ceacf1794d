#include "transpose.h"

#ifdef APPROXTORCH_X86
#include <xmmintrin.h>
#endif

namespace approxtorch {
namespace {

void copyBlock(const float* from, int64_t fromStride, float* to, int64_t toStride, int64_t rows,
               int64_t columns, float factor) {
  for (int64_t r = 0; r < rows; ++r) {
    for (int64_t c = 0; c < columns; ++c) to[c * toStride + r] = factor * from[r * fromStride + c];
  }
}

// Squares of 4 × 4, in registers where there are any.
inline void transposeSquare(const float* from, int64_t fromStride, float* to, int64_t toStride,
                            float factor) {
#ifdef APPROXTORCH_X86
  const __m128 factors = _mm_set1_ps(factor);
  __m128 a = _mm_mul_ps(factors, _mm_loadu_ps(from));
  __m128 b = _mm_mul_ps(factors, _mm_loadu_ps(from + fromStride));
  __m128 c = _mm_mul_ps(factors, _mm_loadu_ps(from + 2 * fromStride));
  __m128 d = _mm_mul_ps(factors, _mm_loadu_ps(from + 3 * fromStride));
  _MM_TRANSPOSE4_PS(a, b, c, d);
  _mm_storeu_ps(to, a);
  _mm_storeu_ps(to + toStride, b);
  _mm_storeu_ps(to + 2 * toStride, c);
  _mm_storeu_ps(to + 3 * toStride, d);
#else
  copyBlock(from, fromStride, to, toStride, 4, 4, factor);
#endif
}

}  // namespace

void transposeCopy(const float* from, int64_t fromStride, float* to, int64_t toStride, int64_t rows,
                   int64_t columns, float factor) {
  const int64_t wholeColumns = columns / 4 * 4;
  int64_t r = 0;
  for (; r + 4 <= rows; r += 4) {
    const float* source = from + r * fromStride;
    for (int64_t c = 0; c < wholeColumns; c += 4) {
      transposeSquare(source + c, fromStride, to + c * toStride + r, toStride, factor);
    }
    copyBlock(source + wholeColumns, fromStride, to + wholeColumns * toStride + r, toStride, 4,
              columns - wholeColumns, factor);
  }
  copyBlock(from + r * fromStride, fromStride, to + r, toStride, rows - r, columns, factor);
}

}  // namespace approxtorch
