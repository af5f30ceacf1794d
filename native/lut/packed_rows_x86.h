// The packed-rows kernel for AVX2 and AVX-512, compiled by the kernels_<isa>.cc that includes this file.
//
// A layer's weights are fixed, so for one tap and a vector of output channels o the products
// T(·, w[o]) form a table of 256 rows (one per activation code) whose row is one vector load: a lookup of
// 16 or 32 products. Rows are 16-bit; up to four taps are summed in 16-bit lanes, two such halves are
// interleaved and widened by one multiply-add with ones, and the 32-bit sums stay in memory between passes.
// Four tables of 16 channels are 32 kB: a pass works out of the inner caches.
#pragma once

#include <immintrin.h>

#include "kernels.h"

namespace approxtorch::lut {
namespace {

struct Vector256 {
  using Register = __m256i;
  static constexpr int kLanes = 16;
  static Register load(const int16_t* p) { return _mm256_load_si256(reinterpret_cast<const __m256i*>(p)); }
  static Register load32(const int32_t* p) { return _mm256_load_si256(reinterpret_cast<const __m256i*>(p)); }
  static void store32(int32_t* p, Register v) { _mm256_store_si256(reinterpret_cast<__m256i*>(p), v); }
  static Register add16(Register a, Register b) { return _mm256_add_epi16(a, b); }
  static Register add32(Register a, Register b) { return _mm256_add_epi32(a, b); }
  static Register ones() { return _mm256_set1_epi16(1); }
  static Register widenLow(Register a, Register b, Register one) {
    return _mm256_madd_epi16(_mm256_unpacklo_epi16(a, b), one);
  }
  static Register widenHigh(Register a, Register b, Register one) {
    return _mm256_madd_epi16(_mm256_unpackhi_epi16(a, b), one);
  }
};

// Vectors: registers per row. First: overwrite the accumulators.
template <class V, int Vectors, int Half, bool First>
void accumulatePass(const RowPass& pass) {
  constexpr int kLanes = V::kLanes * Vectors;
  constexpr int kTaps = 2 * Half;
  using Register = typename V::Register;
  const Register one = V::ones();
  Register init[2][Vectors];
  for (int h = 0; h < 2; ++h) {
    for (int v = 0; v < Vectors; ++v) init[h][v] = V::load(pass.init + h * kLanes + v * V::kLanes);
  }
  // Tables lie kOperands rows apart, so one register and constants address all of them. It points to where
  // row 0 would be; rows below rowLo do not exist and no code selects them.
  const auto rows =
      reinterpret_cast<uintptr_t>(pass.tables) - static_cast<uintptr_t>(pass.rowLo) * kLanes * 2;
  int64_t offsets[kTaps];  // a copy, like the next ones: the stores to acc could alias the pass
  for (int t = 0; t < kTaps; ++t) offsets[t] = pass.offsets[t];
  const uint8_t* const base = pass.codes;
  const int32_t* position = pass.positions;
  const int32_t* const end = position + pass.count;
  int32_t* acc = pass.acc;
  for (; position != end; ++position, acc += kLanes) {
    const uint8_t* codes = base + *position;
    Register sum[2][Vectors];
    for (int h = 0; h < 2; ++h) {
      for (int v = 0; v < Vectors; ++v) sum[h][v] = init[h][v];
    }
#pragma GCC unroll 8
    for (int t = 0; t < kTaps; ++t) {
      const uintptr_t row = rows + static_cast<uintptr_t>(codes[offsets[t]]) * kLanes * 2;
      for (int v = 0; v < Vectors; ++v) {
        const uintptr_t entry = row + (static_cast<uintptr_t>(t) * kOperands * kLanes + v * V::kLanes) * 2;
        sum[t / Half][v] = V::add16(sum[t / Half][v], V::load(reinterpret_cast<const int16_t*>(entry)));
      }
    }
    for (int v = 0; v < Vectors; ++v) {
      Register low = V::widenLow(sum[0][v], sum[1][v], one);
      Register high = V::widenHigh(sum[0][v], sum[1][v], one);
      int32_t* out = acc + v * V::kLanes;
      if (!First) {
        low = V::add32(low, V::load32(out));
        high = V::add32(high, V::load32(out + V::kLanes / 2));
      }
      V::store32(out, low);
      V::store32(out + V::kLanes / 2, high);
    }
  }
}

template <class V, int Vectors>
void accumulateVectors(const RowPass& pass) {
  if (pass.half == 4) {
    pass.first ? accumulatePass<V, Vectors, 4, true>(pass) : accumulatePass<V, Vectors, 4, false>(pass);
  } else if (pass.half == 2) {
    pass.first ? accumulatePass<V, Vectors, 2, true>(pass) : accumulatePass<V, Vectors, 2, false>(pass);
  } else {
    pass.first ? accumulatePass<V, Vectors, 1, true>(pass) : accumulatePass<V, Vectors, 1, false>(pass);
  }
}

// The interleaving leaves channel c of a vector in accumulator slot (c mod 8 / 4)·lanes/2 + (c / 8)·4 + c
// mod 4. Filling lane j from the channel of that slot puts the sums in the channels' own order.
inline int channelOfLane(int lane, int vectorLanes) {
  const int vector = lane / vectorLanes;
  const int c = lane % vectorLanes;
  return vector * vectorLanes + (c % 8 / 4) * (vectorLanes / 2) + c / 8 * 4 + c % 4;
}

// 8 columns × 16 rows at a time: three rounds of interleaving, then rows r and r + 8 share a register.
inline void packBlock(const int16_t* const* columns, int row, int lanes, int16_t* table) {
  __m256i r[8], s[8];
  for (int i = 0; i < 8; ++i) r[i] = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(columns[i] + row));
  for (int i = 0; i < 4; ++i) {
    s[2 * i] = _mm256_unpacklo_epi16(r[2 * i], r[2 * i + 1]);
    s[2 * i + 1] = _mm256_unpackhi_epi16(r[2 * i], r[2 * i + 1]);
  }
  for (int i = 0; i < 2; ++i) {
    r[4 * i] = _mm256_unpacklo_epi32(s[4 * i], s[4 * i + 2]);
    r[4 * i + 1] = _mm256_unpackhi_epi32(s[4 * i], s[4 * i + 2]);
    r[4 * i + 2] = _mm256_unpacklo_epi32(s[4 * i + 1], s[4 * i + 3]);
    r[4 * i + 3] = _mm256_unpackhi_epi32(s[4 * i + 1], s[4 * i + 3]);
  }
  for (int i = 0; i < 4; ++i) {
    s[2 * i] = _mm256_unpacklo_epi64(r[i], r[i + 4]);
    s[2 * i + 1] = _mm256_unpackhi_epi64(r[i], r[i + 4]);
  }
  for (int i = 0; i < 8; ++i) {
    int16_t* out = table + static_cast<size_t>(row + i) * lanes;
    _mm_store_si128(reinterpret_cast<__m128i*>(out), _mm256_castsi256_si128(s[i]));
    _mm_store_si128(reinterpret_cast<__m128i*>(out + 8 * lanes), _mm256_extracti128_si256(s[i], 1));
  }
}

inline void packRowsOrdered(const int16_t* const* columns, int rows, int lanes, int vectorLanes,
                            int16_t* table) {
  const int16_t* ordered[kMaxLanes];
  for (int j = 0; j < lanes; ++j) ordered[j] = columns[channelOfLane(j, vectorLanes)];
  for (int row = 0; row < rows; row += kPanel) {
    for (int j = 0; j < lanes; j += 8) packBlock(ordered + j, row, lanes, table + j);
  }
}

inline void transposeBlock(const int32_t* acc, int lanes, int32_t* tile) {
  __m256i r[8], s[8];
  for (int i = 0; i < 8; ++i) r[i] = Vector256::load32(acc + static_cast<size_t>(i) * lanes);
  for (int i = 0; i < 4; ++i) {
    s[2 * i] = _mm256_unpacklo_epi32(r[2 * i], r[2 * i + 1]);
    s[2 * i + 1] = _mm256_unpackhi_epi32(r[2 * i], r[2 * i + 1]);
  }
  for (int i = 0; i < 2; ++i) {
    r[4 * i] = _mm256_unpacklo_epi64(s[4 * i], s[4 * i + 2]);
    r[4 * i + 1] = _mm256_unpackhi_epi64(s[4 * i], s[4 * i + 2]);
    r[4 * i + 2] = _mm256_unpacklo_epi64(s[4 * i + 1], s[4 * i + 3]);
    r[4 * i + 3] = _mm256_unpackhi_epi64(s[4 * i + 1], s[4 * i + 3]);
  }
  for (int i = 0; i < 4; ++i) {
    Vector256::store32(tile + static_cast<size_t>(i) * kTile,
                       _mm256_permute2x128_si256(r[i], r[i + 4], 0x20));
    Vector256::store32(tile + static_cast<size_t>(i + 4) * kTile,
                       _mm256_permute2x128_si256(r[i], r[i + 4], 0x31));
  }
}

void transposeAccX86(const int32_t* acc, int lanes, int count, int32_t* tile) {
  int m = 0;
  for (; m + 8 <= count; m += 8) {
    for (int j = 0; j < lanes; j += 8) {
      transposeBlock(acc + static_cast<size_t>(m) * lanes + j, lanes,
                     tile + static_cast<size_t>(j) * kTile + m);
    }
  }
  for (; m < count; ++m) {
    for (int j = 0; j < lanes; ++j)
      tile[static_cast<size_t>(j) * kTile + m] = acc[static_cast<size_t>(m) * lanes + j];
  }
}

}  // namespace
}  // namespace approxtorch::lut
