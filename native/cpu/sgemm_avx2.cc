// 6 × 16: twelve accumulators, two vectors of B and one broadcast of A fill 15 of the 16 registers.
#include <immintrin.h>

#include "sgemm_kernel.h"

namespace approxtorch {
namespace {

constexpr int kRows = 6;
constexpr int kColumns = 16;

void compute(int64_t depth, const float* a, const float* b, float* c, int64_t stride, const float* start,
             float low, float high) {
  __m256 acc[kRows][2];
#pragma GCC unroll 6
  for (int i = 0; i < kRows; ++i) {
    if (start == nullptr) {
      acc[i][0] = _mm256_loadu_ps(c + i * stride);
      acc[i][1] = _mm256_loadu_ps(c + i * stride + 8);
    } else {
      acc[i][0] = acc[i][1] = _mm256_set1_ps(start[i]);
    }
  }
  for (int64_t k = 0; k < depth; ++k, a += kRows, b += kColumns) {
    const __m256 b0 = _mm256_loadu_ps(b);
    const __m256 b1 = _mm256_loadu_ps(b + 8);
#pragma GCC unroll 6
    for (int i = 0; i < kRows; ++i) {
      const __m256 value = _mm256_broadcast_ss(a + i);
      acc[i][0] = _mm256_fmadd_ps(value, b0, acc[i][0]);
      acc[i][1] = _mm256_fmadd_ps(value, b1, acc[i][1]);
    }
  }
  const __m256 lows = _mm256_set1_ps(low);
  const __m256 highs = _mm256_set1_ps(high);
#pragma GCC unroll 6
  for (int i = 0; i < kRows; ++i) {
    // NaN is in the second operand, which max and min return.
    _mm256_storeu_ps(c + i * stride, _mm256_min_ps(highs, _mm256_max_ps(lows, acc[i][0])));
    _mm256_storeu_ps(c + i * stride + 8, _mm256_min_ps(highs, _mm256_max_ps(lows, acc[i][1])));
  }
}

}  // namespace

const GemmTile kGemmTileAvx2 = {kRows, kColumns, compute};

}  // namespace approxtorch
