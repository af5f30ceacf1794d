// CUDA's device functions that this project's kernels use, in plain C++.
#pragma once

#include <math.h>

#include <cstdint>
#include <cstring>

#include "block.h"

template <class T>
T min(T a, T b) {
  return b < a ? b : a;
}
template <class T>
T max(T a, T b) {
  return a < b ? b : a;
}

template <class T>
T __ldg(const T* p) {
  return *p;
}

// Byte i of the result is the byte of {b, a} that the i-th nibble of `selector` names; bit 3 of a nibble
// spreads that byte's sign instead.
inline unsigned __byte_perm(unsigned a, unsigned b, unsigned selector) {
  const uint64_t bytes = uint64_t{b} << 32 | a;
  unsigned result = 0;
  for (int i = 0; i < 4; ++i) {
    const unsigned nibble = selector >> (4 * i) & 15;
    unsigned byte = static_cast<unsigned>(bytes >> (8 * (nibble & 7))) & 255;
    if ((nibble & 8) != 0) byte = (byte & 128) != 0 ? 255 : 0;
    result |= byte << (8 * i);
  }
  return result;
}

// c + the products of the two halves of `a` and the two low bytes of `b`; wraps.
inline int __dp2a_lo(int a, int b, int c) {
  const int sum = static_cast<int16_t>(a) * static_cast<int8_t>(b) + (a >> 16) * static_cast<int8_t>(b >> 8);
  return static_cast<int>(static_cast<unsigned>(c) + static_cast<unsigned>(sum));
}

// c + the products of the four bytes of `a` and `b`; wraps.
inline int __dp4a(int a, int b, int c) {
  unsigned sum = static_cast<unsigned>(c);
  for (int i = 0; i < 4; ++i) {
    sum += static_cast<unsigned>(static_cast<int8_t>(a >> (8 * i)) * static_cast<int8_t>(b >> (8 * i)));
  }
  return static_cast<int>(sum);
}

template <class T>
T atomicAdd(T* p, T value) {
  const T before = *p;
  *p = static_cast<T>(before + value);
  return before;
}
// Signed overflow wraps on the device.
inline int atomicAdd(int* p, int value) {
  return static_cast<int>(atomicAdd(reinterpret_cast<unsigned*>(p), static_cast<unsigned>(value)));
}

template <class T>
T atomicCAS(T* p, T expected, T value) {
  const T before = *p;
  if (before == expected) *p = value;
  return before;
}
template <class T>
T atomicMax(T* p, T value) {
  const T before = *p;
  if (value > before) *p = value;
  return before;
}

inline int __float_as_int(float x) {
  int bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}
inline float __int_as_float(int bits) {
  float x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

namespace approxtorch::emulate {

template <class T>
T shuffle(uint32_t mask, T value, int width, int line, int source) {
  static_assert(sizeof(T) <= sizeof(uint64_t));
  uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof value);
  const Lanes& lanes = exchange(WarpCall::kShuffle, mask, bits, line);
  // A source outside of the segment of `width` lanes gives the lane its own value.
  const int segment = lane() / width * width;
  if (source < segment || source >= segment + width) source = lane();
  if ((mask >> source & 1) == 0) throw Violation("a shuffle reads a lane that its mask leaves out");
  T result;
  std::memcpy(&result, &lanes[static_cast<size_t>(source)], sizeof result);
  return result;
}

}  // namespace approxtorch::emulate

inline void __syncwarp(unsigned mask = 0xffffffffu, int line = __builtin_LINE()) {
  approxtorch::emulate::exchange(approxtorch::emulate::WarpCall::kSync, mask, 0, line);
}
template <class T>
T __shfl_sync(unsigned mask, T value, int source, int width = 32, int line = __builtin_LINE()) {
  namespace emulate = approxtorch::emulate;
  const int segment = emulate::lane() / width * width;
  return emulate::shuffle(mask, value, width, line, segment + (source & (width - 1)));
}
template <class T>
T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = 32, int line = __builtin_LINE()) {
  namespace emulate = approxtorch::emulate;
  return emulate::shuffle(mask, value, width, line, emulate::lane() - static_cast<int>(delta));
}
template <class T>
T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = 32, int line = __builtin_LINE()) {
  namespace emulate = approxtorch::emulate;
  return emulate::shuffle(mask, value, width, line, emulate::lane() + static_cast<int>(delta));
}
template <class T>
T __shfl_xor_sync(unsigned mask, T value, int lanes, int width = 32, int line = __builtin_LINE()) {
  namespace emulate = approxtorch::emulate;
  return emulate::shuffle(mask, value, width, line, emulate::lane() ^ lanes);
}
inline unsigned __ballot_sync(unsigned mask, int predicate, int line = __builtin_LINE()) {
  namespace emulate = approxtorch::emulate;
  const auto& lanes = emulate::exchange(emulate::WarpCall::kVote, mask, predicate != 0 ? 1 : 0, line);
  unsigned votes = 0;
  for (unsigned i = 0; i < emulate::kWarp; ++i) {
    if ((mask >> i & 1) != 0) votes |= static_cast<unsigned>(lanes[i]) << i;
  }
  return votes;
}
inline int __any_sync(unsigned mask, int predicate, int line = __builtin_LINE()) {
  return __ballot_sync(mask, predicate, line) != 0 ? 1 : 0;
}
inline int __all_sync(unsigned mask, int predicate, int line = __builtin_LINE()) {
  return __ballot_sync(mask, predicate, line) == mask ? 1 : 0;
}
