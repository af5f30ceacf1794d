// The indirect product for AVX2 and AVX-512, compiled by the indirect_kernels_<isa>.cc that includes this
// file.
#pragma once

#include <immintrin.h>

#include "indirect_kernels.h"

namespace approxtorch {
namespace {

struct Floats256 {
  using Register = __m256;
  static constexpr int kLanes = 8;
  static Register zero() { return _mm256_setzero_ps(); }
  static Register load(const float* p) { return _mm256_loadu_ps(p); }
  static void store(float* p, Register v) { _mm256_storeu_ps(p, v); }
  static Register broadcast(const float* p) { return _mm256_broadcast_ss(p); }
  static Register add(Register a, Register b) { return _mm256_add_ps(a, b); }
  static Register multiplyAdd(Register a, Register b, Register c) { return _mm256_fmadd_ps(a, b, c); }
  static __m256i firstLanes(int count) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
  }
  // The first lanes from memory, the others from `rest`.
  static Register loadFirst(__m256i lanes, const float* p, Register rest) {
    return _mm256_blendv_ps(rest, _mm256_maskload_ps(p, lanes), _mm256_castsi256_ps(lanes));
  }
};

// Tiles of Rows × (Vectors·lanes). Rows are pointers in registers, so there can be no more than eight.
template <class V, int Rows, int Vectors>
void productTiles(const IndirectProduct& p) {
  using Register = typename V::Register;
  constexpr int kColumns = Vectors * V::kLanes;
  const int32_t* const end = p.terms + p.depth;
  for (int64_t first = 0; first < p.rowCount; first += Rows) {
    const float* rows[Rows];
    Register acc[Rows][Vectors];
#pragma GCC unroll 8
    for (int r = 0; r < Rows; ++r) {
      rows[r] = p.base + p.rows[first + r];
#pragma GCC unroll 2
      for (int v = 0; v < Vectors; ++v) acc[r][v] = V::zero();
    }
    const float* b = p.b;
    for (const int32_t* term = p.terms; term != end; ++term, b += kColumns) {
      const int64_t offset = *term;
      Register right[Vectors];
#pragma GCC unroll 2
      for (int v = 0; v < Vectors; ++v) right[v] = V::load(b + v * V::kLanes);
#pragma GCC unroll 8
      for (int r = 0; r < Rows; ++r) {
        const Register left = V::broadcast(rows[r] + offset);
#pragma GCC unroll 2
        for (int v = 0; v < Vectors; ++v) acc[r][v] = V::multiplyAdd(left, right[v], acc[r][v]);
      }
    }
#pragma GCC unroll 8
    for (int r = 0; r < Rows; ++r) {
      float* c = p.c + (p.targets == nullptr ? first + r : p.targets[first + r]) * kColumns;
#pragma GCC unroll 2
      for (int v = 0; v < Vectors; ++v, c += V::kLanes) {
        V::store(c, p.accumulate ? V::add(acc[r][v], V::load(c)) : acc[r][v]);
      }
    }
    fetchSome(*p.ahead);
  }
}

template <class V, int Rows>
void productOf(const IndirectProduct& p) {
  p.columns == V::kLanes ? productTiles<V, Rows, 1>(p) : productTiles<V, Rows, 2>(p);
}

// The last store of a row fills up with what follows it, or overwrites it ahead of the next row.
template <class V>
void copyRowsLoop(const FrameRows& rows, const float* from, int64_t fromStride, float* to) {
  const typename V::Register fill = V::broadcast(&rows.fill);
  const int64_t whole = rows.length / V::kLanes * V::kLanes;
  const auto tail = V::firstLanes(static_cast<int>(rows.length - whole));
  for (int64_t r = 0; r < rows.count; ++r, from += fromStride, to += rows.pitch) {
    for (int64_t i = 0; i < whole; i += V::kLanes) V::store(to + i, V::load(from + i));
    V::store(to + whole, V::loadFirst(tail, from + whole, fill));
    for (int64_t i = whole + V::kLanes; i < rows.pitch; i += V::kLanes) V::store(to + i, fill);
  }
}

template <class V>
void decodeRowsLoop(const FrameRows& rows, const uint8_t* from, int64_t fromStride, const float* values,
                    float* to) {
  const typename V::Register fill = V::broadcast(&rows.fill);
  for (int64_t r = 0; r < rows.count; ++r, from += fromStride, to += rows.pitch) {
    for (int64_t i = 0; i < rows.length; ++i) to[i] = values[from[i]];
    for (int64_t i = rows.length; i < rows.pitch; i += V::kLanes) V::store(to + i, fill);
  }
}

template <class V>
void multiplyAddLoop(float factor, const float* x, float* y, int64_t count) {
  const typename V::Register factors = V::broadcast(&factor);
  int64_t i = 0;
  for (; i + V::kLanes <= count; i += V::kLanes) {
    V::store(y + i, V::multiplyAdd(factors, V::load(x + i), V::load(y + i)));
  }
  for (; i < count; ++i) y[i] = __builtin_fmaf(factor, x[i], y[i]);
}

template <class V>
float dotLoop(const float* x, const float* y, int64_t count) {
  constexpr int kParts = 4;  // independent sums, which hide the latency of an addition
  constexpr int64_t kStep = kParts * V::kLanes;
  typename V::Register acc[kParts];
  for (int part = 0; part < kParts; ++part) acc[part] = V::zero();
  int64_t i = 0;
  for (; i + kStep <= count; i += kStep) {
#pragma GCC unroll 4
    for (int part = 0; part < kParts; ++part) {
      const int64_t at = i + part * V::kLanes;
      acc[part] = V::multiplyAdd(V::load(x + at), V::load(y + at), acc[part]);
    }
  }
  for (; i + V::kLanes <= count; i += V::kLanes) {
    acc[0] = V::multiplyAdd(V::load(x + i), V::load(y + i), acc[0]);
  }
  float lanes[V::kLanes];
  V::store(lanes, V::add(V::add(acc[0], acc[1]), V::add(acc[2], acc[3])));
  float sum = 0.0f;
  for (; i < count; ++i) sum = __builtin_fmaf(x[i], y[i], sum);
  for (int lane = 0; lane < V::kLanes; ++lane) sum += lanes[lane];
  return sum;
}

// The bits [first, first + 8) of a mask whose bytes end at `last`.
inline unsigned eightBits(const uint8_t* bits, int64_t first) {
  const uint8_t* byte = bits + (first >> 3);
  const int shift = static_cast<int>(first & 7);
  return shift == 0 ? *byte : (byte[0] | byte[1] << 8) >> shift & 255u;
}

inline void copyMaskedTail(const float* from, const uint8_t* bits, int64_t first, int64_t count, float* to) {
  for (int64_t i = 0; i < count; ++i)
    to[i] = bits[(first + i) >> 3] >> ((first + i) & 7) & 1 ? from[i] : 0.0f;
}

}  // namespace
}  // namespace approxtorch
