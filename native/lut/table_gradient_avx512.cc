#include "table_gradient_x86.h"

namespace approxtorch::lut {
namespace {

struct Floats512 {
  using Register = __m512;
  static constexpr int kLanes = 16;
  static Register zero() { return _mm512_setzero_ps(); }
  static Register broadcast(float x) { return _mm512_set1_ps(x); }
  static Register load(const float* p) { return _mm512_load_ps(p); }
  static void store(float* p, Register v) { _mm512_store_ps(p, v); }
  static Register add(Register a, Register b) { return _mm512_add_ps(a, b); }
  static Register subtract(Register a, Register b) { return _mm512_sub_ps(a, b); }
  static Register multiplyAdd(Register a, Register b, Register c) { return _mm512_fmadd_ps(a, b, c); }
  // The sums over the lanes of each.
  static void storeSums(Register a, Register b, Register c, Register d, float* four) {
    const __m256 both =
        _mm256_hadd_ps(_mm256_hadd_ps(halves(a), halves(b)), _mm256_hadd_ps(halves(c), halves(d)));
    _mm_storeu_ps(four, _mm_add_ps(_mm256_castps256_ps128(both), _mm256_extractf128_ps(both, 1)));
  }
  static __m256 halves(Register v) {
    return _mm256_add_ps(_mm512_castps512_ps256(v), _mm512_extractf32x8_ps(v, 1));
  }
};

}  // namespace

const TableGradientKernels* avx512TableGradientKernels() {
  static const TableGradientKernels kernels = {packRowsX86, dotRowsX86<Floats512>, sumRowsX86<Floats512>};
  return &kernels;
}

}  // namespace approxtorch::lut
