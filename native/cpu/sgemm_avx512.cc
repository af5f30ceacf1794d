// 8 × 32: sixteen accumulators. 14 rows, which would fill the registers, are no faster where the rows are
// many, and slower where they are 16, 32 or 64.
#include <immintrin.h>

#include "sgemm_kernel.h"

namespace approxtorch {
namespace {

constexpr int kRows = 8;
constexpr int kLanes = 16;

template <int Vectors>
void compute(int64_t depth, const float* a, const float* b, float* c, int64_t stride, const float* start,
             float low, float high) {
  __m512 acc[kRows][Vectors];
#pragma GCC unroll 8
  for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 2
    for (int v = 0; v < Vectors; ++v) {
      acc[i][v] = start == nullptr ? _mm512_loadu_ps(c + i * stride + v * kLanes) : _mm512_set1_ps(start[i]);
    }
  }
  for (int64_t k = 0; k < depth; ++k, a += kRows, b += Vectors * kLanes) {
    __m512 right[Vectors];
#pragma GCC unroll 2
    for (int v = 0; v < Vectors; ++v) right[v] = _mm512_loadu_ps(b + v * kLanes);
#pragma GCC unroll 8
    for (int i = 0; i < kRows; ++i) {
      const __m512 value = _mm512_set1_ps(a[i]);
#pragma GCC unroll 2
      for (int v = 0; v < Vectors; ++v) acc[i][v] = _mm512_fmadd_ps(value, right[v], acc[i][v]);
    }
  }
  const __m512 lows = _mm512_set1_ps(low);
  const __m512 highs = _mm512_set1_ps(high);
#pragma GCC unroll 8
  for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 2
    for (int v = 0; v < Vectors; ++v) {
      // NaN is in the second operand, which max and min return.
      _mm512_storeu_ps(c + i * stride + v * kLanes, _mm512_min_ps(highs, _mm512_max_ps(lows, acc[i][v])));
    }
  }
}

}  // namespace

const GemmTiles kGemmTilesAvx512 = {{kRows, 2 * kLanes, compute<2>}, {kRows, kLanes, compute<1>}};

}  // namespace approxtorch
