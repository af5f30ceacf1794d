// Functions of single floats that the compiler vectorises where a loop calls them; the same bits on every
// ISA and on the device.
#pragma once

#include <cstdint>
#include <cstring>

#include "../cpu/float_kernels.h"
#include "host_device.h"

namespace approxtorch {
namespace {

// Written so that NaN passes.
APPROXTORCH_HOST_DEVICE inline float clamped(float x, Clamp clamp) {
  const float raised = x < clamp.low ? clamp.low : x;
  return raised > clamp.high ? clamp.high : raised;
}

APPROXTORCH_HOST_DEVICE inline int32_t bitsOf(float x) {
  int32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}

APPROXTORCH_HOST_DEVICE inline float floatOf(int32_t bits) {
  float x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

// x = n·ln 2 + r with |r| ≤ ln 2 / 2, for |x| < 2^21·ln 2.
struct Reduced {
  int32_t n;
  float r;
};

APPROXTORCH_HOST_DEVICE inline Reduced reduce(float x) {
  constexpr float kMagic = 12582912.0f;  // 1.5·2^23: adding it rounds to an integer in the low bits
  constexpr float kLog2E = 1.44269504f;
  constexpr float kLn2High = 0.693359375f;  // 9 bits: its products with n are exact
  constexpr float kLn2Low = -2.12194440e-4f;
  const float shifted = x * kLog2E + kMagic;
  const float n = shifted - kMagic;
  return {bitsOf(shifted) - bitsOf(kMagic), (x - n * kLn2High) - n * kLn2Low};
}

// e^r − 1 for |r| ≤ ln 2 / 2: the Taylor series to r^7, relative error below 2e-8 before rounding.
APPROXTORCH_HOST_DEVICE inline float expm1Reduced(float r) {
  float p = 1.0f / 5040.0f;
  p = p * r + 1.0f / 720.0f;
  p = p * r + 1.0f / 120.0f;
  p = p * r + 1.0f / 24.0f;
  p = p * r + 1.0f / 6.0f;
  p = p * r + 0.5f;
  return p * r * r + r;
}

// 2^n for −126 ≤ n ≤ 127
APPROXTORCH_HOST_DEVICE inline float powerOfTwo(int32_t n) {
  return floatOf(static_cast<int32_t>(static_cast<uint32_t>(n + 127) << 23));
}

APPROXTORCH_HOST_DEVICE inline float expOf(float x) {
  // Beyond these limits the result is 0 or infinity.
  const Reduced reduced = reduce(clamped(x, {-104.0f, 89.0f}));
  const int32_t half = reduced.n >> 1;  // 2^n itself may not be a float
  return (expm1Reduced(reduced.r) + 1.0f) * powerOfTwo(half) * powerOfTwo(reduced.n - half);
}

// Relative precision near 0, too. For x ≤ 40; below −40 the result rounds to −1.
APPROXTORCH_HOST_DEVICE inline float expm1Of(float x) {
  const Reduced reduced = reduce(clamped(x, {-40.0f, 40.0f}));
  const float scale = powerOfTwo(reduced.n);
  return scale * expm1Reduced(reduced.r) + (scale - 1.0f);
}

}  // namespace
}  // namespace approxtorch
