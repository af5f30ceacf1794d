// 8 × 32: sixteen accumulators; with more rows than eight their pointers would leave the registers.
#include "indirect_kernels_x86.h"

namespace approxtorch {
namespace {

struct Floats512 {
  using Register = __m512;
  static constexpr int kLanes = 16;
  static Register zero() { return _mm512_setzero_ps(); }
  static Register load(const float* p) { return _mm512_loadu_ps(p); }
  static void store(float* p, Register v) { _mm512_storeu_ps(p, v); }
  static Register broadcast(const float* p) { return _mm512_set1_ps(*p); }
  static Register add(Register a, Register b) { return _mm512_add_ps(a, b); }
  static Register multiplyAdd(Register a, Register b, Register c) { return _mm512_fmadd_ps(a, b, c); }
  static __mmask16 firstLanes(int count) { return static_cast<__mmask16>((1u << count) - 1); }
  // The first lanes from memory, the others from `rest`.
  static Register loadFirst(__mmask16 lanes, const float* p, Register rest) {
    return _mm512_mask_loadu_ps(rest, lanes, p);
  }
};

void copyMasked(const float* from, const uint8_t* bits, int64_t first, int64_t count, float* to) {
  int64_t i = 0;
  for (; i + 16 <= count; i += 16) {
    const unsigned mask = eightBits(bits, first + i) | eightBits(bits, first + i + 8) << 8;
    _mm512_storeu_ps(to + i, _mm512_maskz_mov_ps(static_cast<__mmask16>(mask), _mm512_loadu_ps(from + i)));
  }
  copyMaskedTail(from + i, bits, first + i, count - i, to + i);
}

}  // namespace

const IndirectKernels kIndirectAvx512 = {8,
                                         32,
                                         16,
                                         productOf<Floats512, 8>,
                                         copyRowsLoop<Floats512>,
                                         decodeRowsLoop<Floats512>,
                                         copyMasked,
                                         multiplyAddLoop<Floats512>,
                                         dotLoop<Floats512>};

}  // namespace approxtorch
