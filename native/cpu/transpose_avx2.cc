#include <immintrin.h>

#include "transpose.h"

namespace approxtorch {
namespace {

constexpr int kSize = 8;

void squares(const float* from, int64_t fromStride, float* to, int64_t toStride, int64_t count,
             float factor) {
  const __m256 factors = _mm256_set1_ps(factor);
  for (int64_t i = 0; i < count; ++i, from += kSize, to += kSize * toStride) {
    // Rows r and r + 4 side by side: then all exchanges but these are within 128 bits.
    __m256 rows[4][2];
#pragma GCC unroll 4
    for (int r = 0; r < 4; ++r) {
#pragma GCC unroll 2
      for (int half = 0; half < 2; ++half) {
        const __m256 low = _mm256_castps128_ps256(_mm_loadu_ps(from + r * fromStride + 4 * half));
        const __m128 high = _mm_loadu_ps(from + (r + 4) * fromStride + 4 * half);
        rows[r][half] = _mm256_mul_ps(factors, _mm256_insertf128_ps(low, high, 1));
      }
    }
#pragma GCC unroll 2
    for (int half = 0; half < 2; ++half) {
      const __m256 a = _mm256_unpacklo_ps(rows[0][half], rows[1][half]);
      const __m256 b = _mm256_unpackhi_ps(rows[0][half], rows[1][half]);
      const __m256 c = _mm256_unpacklo_ps(rows[2][half], rows[3][half]);
      const __m256 d = _mm256_unpackhi_ps(rows[2][half], rows[3][half]);
      float* out = to + 4 * half * toStride;
      _mm256_storeu_ps(out, _mm256_shuffle_ps(a, c, 0x44));
      _mm256_storeu_ps(out + toStride, _mm256_shuffle_ps(a, c, 0xee));
      _mm256_storeu_ps(out + 2 * toStride, _mm256_shuffle_ps(b, d, 0x44));
      _mm256_storeu_ps(out + 3 * toStride, _mm256_shuffle_ps(b, d, 0xee));
    }
  }
}

}  // namespace

const TransposeKernel kTransposeAvx2 = {kSize, squares};

}  // namespace approxtorch
