#include "table_gradient_x86.h"

namespace approxtorch::lut {
namespace {

struct Floats256 {
  using Register = __m256;
  static constexpr int kLanes = 8;
  static Register zero() { return _mm256_setzero_ps(); }
  static Register broadcast(float x) { return _mm256_set1_ps(x); }
  static Register load(const float* p) { return _mm256_load_ps(p); }
  static void store(float* p, Register v) { _mm256_store_ps(p, v); }
  static Register add(Register a, Register b) { return _mm256_add_ps(a, b); }
  static Register subtract(Register a, Register b) { return _mm256_sub_ps(a, b); }
  static Register multiplyAdd(Register a, Register b, Register c) { return _mm256_fmadd_ps(a, b, c); }
  // The sums over the lanes of each.
  static void storeSums(Register a, Register b, Register c, Register d, float* four) {
    const Register both = _mm256_hadd_ps(_mm256_hadd_ps(a, b), _mm256_hadd_ps(c, d));
    _mm_storeu_ps(four, _mm_add_ps(_mm256_castps256_ps128(both), _mm256_extractf128_ps(both, 1)));
  }
};

}  // namespace

const TableGradientKernels* avx2TableGradientKernels() {
  static const TableGradientKernels kernels = {packRowsX86, dotRowsX86<Floats256>, sumRowsX86<Floats256>};
  return &kernels;
}

}  // namespace approxtorch::lut
