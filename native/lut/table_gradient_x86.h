// The kernels of table_gradient.h for AVX2 and AVX-512, compiled by the table_gradient_<isa>.cc that includes
// this file.
#pragma once

#include <immintrin.h>

#include "table_gradient.h"

namespace approxtorch::lut {
namespace {

// 8 columns × 8 rows at a time: two rounds of interleaving, then the halves of registers change places.
inline void packBlock(const RowPack& pack, int column, int64_t row) {
  __m256 r[8], s[8];
  for (int i = 0; i < 8; ++i) {
    const __m256 offset = _mm256_set1_ps(pack.offsets[column + i]);
    const __m256 scale = _mm256_set1_ps(pack.scales[column + i]);
    r[i] = _mm256_mul_ps(_mm256_sub_ps(_mm256_loadu_ps(pack.columns[column + i] + row), offset), scale);
  }
  for (int i = 0; i < 4; ++i) {
    s[2 * i] = _mm256_unpacklo_ps(r[2 * i], r[2 * i + 1]);
    s[2 * i + 1] = _mm256_unpackhi_ps(r[2 * i], r[2 * i + 1]);
  }
  for (int i = 0; i < 2; ++i) {
    r[4 * i] = _mm256_shuffle_ps(s[4 * i], s[4 * i + 2], 0x44);
    r[4 * i + 1] = _mm256_shuffle_ps(s[4 * i], s[4 * i + 2], 0xee);
    r[4 * i + 2] = _mm256_shuffle_ps(s[4 * i + 1], s[4 * i + 3], 0x44);
    r[4 * i + 3] = _mm256_shuffle_ps(s[4 * i + 1], s[4 * i + 3], 0xee);
  }
  for (int i = 0; i < 4; ++i) {
    float* out = pack.out + (row + i) * pack.pitch + column;
    _mm256_storeu_ps(out, _mm256_permute2f128_ps(r[i], r[i + 4], 0x20));
    _mm256_storeu_ps(out + 4 * pack.pitch, _mm256_permute2f128_ps(r[i], r[i + 4], 0x31));
  }
}

inline void packRowsX86(const RowPack& pack) {
  int64_t row = 0;
  for (; row + 8 <= pack.rows; row += 8) {
    for (int column = 0; column < kRow; column += 8) packBlock(pack, column, row);
  }
  for (; row < pack.rows; ++row) {
    for (int j = 0; j < kRow; ++j) {
      pack.out[row * pack.pitch + j] = (pack.columns[j][row] - pack.offsets[j]) * pack.scales[j];
    }
  }
}

// V: a vector of floats. Its accumulators of Group positions advance together, so that the additions of one
// do not wait for each other.
template <class V, int Group>
void dotGroup(const DotPass& pass, int64_t m) {
  constexpr int kVectors = kRow / V::kLanes;
  typename V::Register sums[Group][kVectors];
  const float* tables[Group];
  const int64_t taps = pass.taps;
  for (int i = 0; i < Group; ++i) {
    for (int v = 0; v < kVectors; ++v) sums[i][v] = V::zero();
    const int64_t row = pass.codes[pass.positions[m + i]] - pass.rowLo;
    tables[i] = pass.tables + row * taps * kRow;
  }
  const int32_t* gradients = pass.gradients + m * taps;
  const float* const rows = pass.rows;
  for (int64_t t = 0; t < taps; ++t) {
    for (int i = 0; i < Group; ++i) {
      const float* gradient = rows + gradients[i * taps + t];
      for (int v = 0; v < kVectors; ++v) {
        sums[i][v] = V::multiplyAdd(V::load(tables[i] + t * kRow + v * V::kLanes),
                                    V::load(gradient + v * V::kLanes), sums[i][v]);
      }
    }
  }
  for (int i = 0; i < Group; ++i) {
    for (int v = 1; v < kVectors; ++v) sums[i][0] = V::add(sums[i][0], sums[i][v]);
  }
  if constexpr (Group == 4) {
    V::storeSums(sums[0][0], sums[1][0], sums[2][0], sums[3][0], pass.sums + m);
  } else {
    float four[4];
    V::storeSums(sums[0][0], sums[0][0], sums[0][0], sums[0][0], four);
    pass.sums[m] = four[0];
  }
}

template <class V>
void dotRowsX86(const DotPass& pass) {
  int64_t m = 0;
  for (; m + 4 <= pass.count; m += 4) dotGroup<V, 4>(pass, m);
  for (; m < pass.count; ++m) dotGroup<V, 1>(pass, m);
}

template <class V, int Taps>
void sumTaps(const SumPass& pass) {
  constexpr int kVectors = kRow / V::kLanes;
  typename V::Register sums[Taps][kVectors];
  int64_t offsets[Taps];
  const float* tables[Taps];
  for (int t = 0; t < Taps; ++t) {
    for (int v = 0; v < kVectors; ++v) sums[t][v] = V::load(pass.sums + t * kRow + v * V::kLanes);
    offsets[t] = pass.offsets[t];
    tables[t] = pass.tables[t];
  }
  const typename V::Register zero = V::broadcast(pass.zeroPoint);
  const int64_t rowLo = pass.rowLo;
  for (int64_t m = 0; m < pass.count; ++m) {
    const float* gradient = pass.rows + pass.gradients[m];
    const uint8_t* codes = pass.codes + pass.positions[m];
    typename V::Register g[kVectors];
    for (int v = 0; v < kVectors; ++v) g[v] = V::load(gradient + v * V::kLanes);
    for (int t = 0; t < Taps; ++t) {
      const float* row = tables[t] + (codes[offsets[t]] - rowLo) * kRow;
      for (int v = 0; v < kVectors; ++v) {
        sums[t][v] = V::multiplyAdd(V::subtract(V::load(row + v * V::kLanes), zero), g[v], sums[t][v]);
      }
    }
  }
  for (int t = 0; t < Taps; ++t) {
    for (int v = 0; v < kVectors; ++v) V::store(pass.sums + t * kRow + v * V::kLanes, sums[t][v]);
  }
}

template <class V>
void sumRowsX86(const SumPass& pass) {
  pass.taps == kSumTaps ? sumTaps<V, kSumTaps>(pass) : sumTaps<V, 1>(pass);
}

}  // namespace
}  // namespace approxtorch::lut
