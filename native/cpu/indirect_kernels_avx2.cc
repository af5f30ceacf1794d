// 6 × 16: twelve accumulators, two vectors of b and one broadcast fill 15 of the 16 registers.
#include "indirect_kernels_x86.h"

namespace approxtorch {
namespace {

void copyMasked(const float* from, const uint8_t* bits, int64_t first, int64_t count, float* to) {
  const __m256i lanes = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
  int64_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const __m256i mask = _mm256_set1_epi32(static_cast<int>(eightBits(bits, first + i)));
    const __m256i passes = _mm256_cmpeq_epi32(_mm256_and_si256(mask, lanes), lanes);
    _mm256_storeu_ps(to + i, _mm256_and_ps(_mm256_castsi256_ps(passes), _mm256_loadu_ps(from + i)));
  }
  copyMaskedTail(from + i, bits, first + i, count - i, to + i);
}

}  // namespace

const IndirectKernels kIndirectAvx2 = {6,
                                       16,
                                       8,
                                       productOf<Floats256, 6>,
                                       copyRowsLoop<Floats256>,
                                       decodeRowsLoop<Floats256>,
                                       copyMasked,
                                       multiplyAddLoop<Floats256>,
                                       dotLoop<Floats256>};

}  // namespace approxtorch
