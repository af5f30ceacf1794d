#include <immintrin.h>

#include "transpose.h"

namespace approxtorch {
namespace {

constexpr int kSize = 16;

// Rows r, r + 4, r + 8 and r + 12 at the columns [0, 4): then all exchanges but these are within 128 bits.
inline __m512 fourRows(const float* from, int64_t stride) {
  const __m256 low =
      _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(from)), _mm_loadu_ps(from + 4 * stride), 1);
  const __m256 high = _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(from + 8 * stride)),
                                           _mm_loadu_ps(from + 12 * stride), 1);
  return _mm512_castpd_ps(
      _mm512_insertf64x4(_mm512_castps_pd(_mm512_castps256_ps512(low)), _mm256_castps_pd(high), 1));
}

void squares(const float* from, int64_t fromStride, float* to, int64_t toStride, int64_t count,
             float factor) {
  const __m512 factors = _mm512_set1_ps(factor);
  for (int64_t i = 0; i < count; ++i, from += kSize) {
    for (int quarter = 0; quarter < 4; ++quarter, to += 4 * toStride) {
      const float* source = from + 4 * quarter;
      const __m512 r0 = _mm512_mul_ps(factors, fourRows(source, fromStride));
      const __m512 r1 = _mm512_mul_ps(factors, fourRows(source + fromStride, fromStride));
      const __m512 r2 = _mm512_mul_ps(factors, fourRows(source + 2 * fromStride, fromStride));
      const __m512 r3 = _mm512_mul_ps(factors, fourRows(source + 3 * fromStride, fromStride));
      const __m512 a = _mm512_unpacklo_ps(r0, r1);
      const __m512 b = _mm512_unpackhi_ps(r0, r1);
      const __m512 c = _mm512_unpacklo_ps(r2, r3);
      const __m512 d = _mm512_unpackhi_ps(r2, r3);
      _mm512_storeu_ps(to, _mm512_shuffle_ps(a, c, 0x44));
      _mm512_storeu_ps(to + toStride, _mm512_shuffle_ps(a, c, 0xee));
      _mm512_storeu_ps(to + 2 * toStride, _mm512_shuffle_ps(b, d, 0x44));
      _mm512_storeu_ps(to + 3 * toStride, _mm512_shuffle_ps(b, d, 0xee));
    }
  }
}

}  // namespace

const TransposeKernel kTransposeAvx512 = {kSize, squares};

}  // namespace approxtorch
