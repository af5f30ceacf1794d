// Squares of 4 × 4, which every x86-64 transposes in registers.
#include "transpose.h"

#ifdef APPROXTORCH_X86
#include <xmmintrin.h>
#endif

namespace approxtorch {
namespace {

constexpr int kSize = 4;

void square(const float* from, int64_t fromStride, float* to, int64_t toStride, float factor) {
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
  for (int r = 0; r < kSize; ++r) {
    for (int c = 0; c < kSize; ++c) to[c * toStride + r] = factor * from[r * fromStride + c];
  }
#endif
}

void squares(const float* from, int64_t fromStride, float* to, int64_t toStride, int64_t count,
             float factor) {
  for (int64_t i = 0; i < count; ++i, from += kSize, to += kSize * toStride) {
    square(from, fromStride, to, toStride, factor);
  }
}

}  // namespace

const TransposeKernel kTransposeScalar = {kSize, squares};

}  // namespace approxtorch
