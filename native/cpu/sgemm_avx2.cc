// 6 × 16: twelve accumulators, two vectors of B and one broadcast of A fill 15 of the 16 registers.
#include <immintrin.h>

#include "sgemm_kernel.h"

namespace approxtorch {
namespace {

constexpr int kRows = 6;
constexpr int kLanes = 8;

template <int Vectors>
void compute(int64_t depth, const float* a, const float* b, float* c, int64_t stride, const float* start,
             float low, float high) {
  __m256 acc[kRows][Vectors];
#pragma GCC unroll 6
  for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 2
    for (int v = 0; v < Vectors; ++v) {
      acc[i][v] = start == nullptr ? _mm256_loadu_ps(c + i * stride + v * kLanes) : _mm256_set1_ps(start[i]);
    }
  }
  for (int64_t k = 0; k < depth; ++k, a += kRows, b += Vectors * kLanes) {
    __m256 right[Vectors];
#pragma GCC unroll 2
    for (int v = 0; v < Vectors; ++v) right[v] = _mm256_loadu_ps(b + v * kLanes);
#pragma GCC unroll 6
    for (int i = 0; i < kRows; ++i) {
      const __m256 value = _mm256_broadcast_ss(a + i);
#pragma GCC unroll 2
      for (int v = 0; v < Vectors; ++v) acc[i][v] = _mm256_fmadd_ps(value, right[v], acc[i][v]);
    }
  }
  const __m256 lows = _mm256_set1_ps(low);
  const __m256 highs = _mm256_set1_ps(high);
#pragma GCC unroll 6
  for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 2
    for (int v = 0; v < Vectors; ++v) {
      // NaN is in the second operand, which max and min return.
      _mm256_storeu_ps(c + i * stride + v * kLanes, _mm256_min_ps(highs, _mm256_max_ps(lows, acc[i][v])));
    }
  }
}

}  // namespace

const GemmTiles kGemmTilesAvx2 = {{kRows, 2 * kLanes, compute<2>}, {kRows, kLanes, compute<1>}};

}  // namespace approxtorch
