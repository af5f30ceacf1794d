// 14 × 32: 28 accumulators, two vectors of B and one broadcast of A fill 31 of the 32 registers.
#include <immintrin.h>

#include "sgemm_kernel.h"

namespace approxtorch {
namespace {

constexpr int kRows = 14;
constexpr int kColumns = 32;

void compute(int64_t depth, const float* a, const float* b, float* c, int64_t stride, const float* start,
             float low, float high) {
  __m512 acc[kRows][2];
#pragma GCC unroll 14
  for (int i = 0; i < kRows; ++i) {
    if (start == nullptr) {
      acc[i][0] = _mm512_loadu_ps(c + i * stride);
      acc[i][1] = _mm512_loadu_ps(c + i * stride + 16);
    } else {
      acc[i][0] = acc[i][1] = _mm512_set1_ps(start[i]);
    }
  }
  for (int64_t k = 0; k < depth; ++k, a += kRows, b += kColumns) {
    const __m512 b0 = _mm512_loadu_ps(b);
    const __m512 b1 = _mm512_loadu_ps(b + 16);
#pragma GCC unroll 14
    for (int i = 0; i < kRows; ++i) {
      const __m512 value = _mm512_set1_ps(a[i]);
      acc[i][0] = _mm512_fmadd_ps(value, b0, acc[i][0]);
      acc[i][1] = _mm512_fmadd_ps(value, b1, acc[i][1]);
    }
  }
  const __m512 lows = _mm512_set1_ps(low);
  const __m512 highs = _mm512_set1_ps(high);
#pragma GCC unroll 14
  for (int i = 0; i < kRows; ++i) {
    // NaN is in the second operand, which max and min return.
    _mm512_storeu_ps(c + i * stride, _mm512_min_ps(highs, _mm512_max_ps(lows, acc[i][0])));
    _mm512_storeu_ps(c + i * stride + 16, _mm512_min_ps(highs, _mm512_max_ps(lows, acc[i][1])));
  }
}

}  // namespace

const GemmTile kGemmTileAvx512 = {kRows, kColumns, compute};

}  // namespace approxtorch
