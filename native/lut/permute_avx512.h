// The permute kernel for AVX-512 VBMI, compiled by kernels_avx512.cc.
//
// The column T(·, w) of one weight, as 16-bit values above its minimum, is kept as low and high byte planes
// in eight registers (four where only one half of the codes occurs); vpermi2b looks 64 codes up at once. The
// bytes are summed in 16-bit lanes: `words` adds the byte pairs as they are, `odds` the upper byte of each
// pair, and words − 256·odds is the sum of the lower ones. 256 taps of at most 255 cannot overflow them.
#pragma once

#include <immintrin.h>

#include "kernels.h"

namespace approxtorch::lut {
namespace {

struct ByteSums {
  __m512i words, odds;

  void add(__m512i bytes) {
    words = _mm512_add_epi16(words, bytes);
    odds = _mm512_add_epi16(odds, _mm512_srli_epi16(bytes, 8));
  }
  __m512i evens() const { return _mm512_sub_epi16(words, _mm512_slli_epi16(odds, 8)); }
};

// 16-bit sums of 32 even and 32 odd positions, low and high planes → 64 32-bit sums in the positions' order.
inline void storeSums(const ByteSums& low, const ByteSums& high, bool first, int32_t* sums) {
  const __m512i mask = _mm512_set1_epi32(0xffff);
  const auto join = [](__m512i lowSums, __m512i highSums) {
    return _mm512_add_epi32(lowSums, _mm512_slli_epi32(highSums, 8));
  };
  // Sums of the positions 4j, 4j + 1, 4j + 2, 4j + 3.
  const __m512i s0 = join(_mm512_and_si512(low.evens(), mask), _mm512_and_si512(high.evens(), mask));
  const __m512i s1 = join(_mm512_and_si512(low.odds, mask), _mm512_and_si512(high.odds, mask));
  const __m512i s2 = join(_mm512_srli_epi32(low.evens(), 16), _mm512_srli_epi32(high.evens(), 16));
  const __m512i s3 = join(_mm512_srli_epi32(low.odds, 16), _mm512_srli_epi32(high.odds, 16));
  // Interleaved, the 128-bit lane L of r[i] holds the positions 16·L + 4·i to 16·L + 4·i + 3.
  const __m512i low01 = _mm512_unpacklo_epi32(s0, s1), low23 = _mm512_unpacklo_epi32(s2, s3);
  const __m512i high01 = _mm512_unpackhi_epi32(s0, s1), high23 = _mm512_unpackhi_epi32(s2, s3);
  const __m512i r0 = _mm512_unpacklo_epi64(low01, low23), r1 = _mm512_unpackhi_epi64(low01, low23);
  const __m512i r2 = _mm512_unpacklo_epi64(high01, high23), r3 = _mm512_unpackhi_epi64(high01, high23);
  // A 4 × 4 transposition of the lanes.
  const __m512i even01 = _mm512_shuffle_i32x4(r0, r1, 0x88), odd01 = _mm512_shuffle_i32x4(r0, r1, 0xdd);
  const __m512i even23 = _mm512_shuffle_i32x4(r2, r3, 0x88), odd23 = _mm512_shuffle_i32x4(r2, r3, 0xdd);
  const __m512i ordered[4] = {
      _mm512_shuffle_i32x4(even01, even23, 0x88), _mm512_shuffle_i32x4(odd01, odd23, 0x88),
      _mm512_shuffle_i32x4(even01, even23, 0xdd), _mm512_shuffle_i32x4(odd01, odd23, 0xdd)};
  for (int i = 0; i < 4; ++i) {
    __m512i value = ordered[i];
    if (!first) value = _mm512_add_epi32(value, _mm512_loadu_si512(sums + i * 16));
    _mm512_storeu_si512(sums + i * 16, value);
  }
}

// Vectors of 64 positions side by side; Full: all 256 codes occur.
template <int Vectors, bool Full>
void permuteBlock(const PermutePass& pass) {
  const __m512i zero = _mm512_setzero_si512();
  ByteSums low[Vectors], high[Vectors];
  for (int v = 0; v < Vectors; ++v) low[v] = high[v] = {zero, zero};
  constexpr int kPlane = 256;
  const uint8_t* planes = pass.planes + (Full ? 0 : pass.half * 128);
  for (int t = 0; t < pass.taps; ++t) {
    const uint8_t* column = planes + static_cast<size_t>(pass.weights[t]) * 2 * kPlane;
    const __m512i l0 = _mm512_loadu_si512(column), l1 = _mm512_loadu_si512(column + 64);
    const __m512i h0 = _mm512_loadu_si512(column + kPlane), h1 = _mm512_loadu_si512(column + kPlane + 64);
    const __m512i l2 = Full ? _mm512_loadu_si512(column + 128) : zero;
    const __m512i l3 = Full ? _mm512_loadu_si512(column + 192) : zero;
    const __m512i h2 = Full ? _mm512_loadu_si512(column + kPlane + 128) : zero;
    const __m512i h3 = Full ? _mm512_loadu_si512(column + kPlane + 192) : zero;
    for (int v = 0; v < Vectors; ++v) {
      const __m512i code = _mm512_loadu_si512(pass.codes + static_cast<size_t>(t) * pass.pitch + v * 64);
      __m512i lowBytes = _mm512_permutex2var_epi8(l0, code, l1);
      __m512i highBytes = _mm512_permutex2var_epi8(h0, code, h1);
      if (Full) {
        const __mmask64 upper = _mm512_movepi8_mask(code);
        lowBytes = _mm512_mask_blend_epi8(upper, lowBytes, _mm512_permutex2var_epi8(l2, code, l3));
        highBytes = _mm512_mask_blend_epi8(upper, highBytes, _mm512_permutex2var_epi8(h2, code, h3));
      }
      low[v].add(lowBytes);
      high[v].add(highBytes);
    }
  }
  for (int v = 0; v < Vectors; ++v)
    storeSums(low[v], high[v], pass.first, pass.sums + static_cast<size_t>(v) * pass.sumPitch);
}

template <int Vectors>
void permuteVectors(const PermutePass& pass) {
  pass.half < 0 ? permuteBlock<Vectors, true>(pass) : permuteBlock<Vectors, false>(pass);
}

void permuteSums(const PermutePass& pass) {
  switch (pass.vectors) {
    case 4:
      return permuteVectors<4>(pass);
    case 2:
      return permuteVectors<2>(pass);
    default:
      return permuteVectors<1>(pass);
  }
}

}  // namespace
}  // namespace approxtorch::lut
