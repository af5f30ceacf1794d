// Elementwise loops that the compiler vectorises; compiled once per ISA by float_loops.h.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#include "float_kernels.h"

namespace approxtorch {
namespace {

// Written so that NaN passes.
inline float clamped(float x, Clamp clamp) {
  const float raised = x < clamp.low ? clamp.low : x;
  return raised > clamp.high ? clamp.high : raised;
}

inline int32_t bitsOf(float x) {
  int32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}

inline float floatOf(int32_t bits) {
  float x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

// x = n·ln 2 + r with |r| ≤ ln 2 / 2, for |x| < 2^21·ln 2.
struct Reduced {
  int32_t n;
  float r;
};

inline Reduced reduce(float x) {
  constexpr float kMagic = 12582912.0f;  // 1.5·2^23: adding it rounds to an integer in the low bits
  constexpr float kLog2E = 1.44269504f;
  constexpr float kLn2High = 0.693359375f;  // 9 bits: its products with n are exact
  constexpr float kLn2Low = -2.12194440e-4f;
  const float shifted = x * kLog2E + kMagic;
  const float n = shifted - kMagic;
  return {bitsOf(shifted) - bitsOf(kMagic), (x - n * kLn2High) - n * kLn2Low};
}

// e^r − 1 for |r| ≤ ln 2 / 2: the Taylor series to r^7, relative error below 2e-8 before rounding.
inline float expm1Reduced(float r) {
  float p = 1.0f / 5040.0f;
  p = p * r + 1.0f / 720.0f;
  p = p * r + 1.0f / 120.0f;
  p = p * r + 1.0f / 24.0f;
  p = p * r + 1.0f / 6.0f;
  p = p * r + 0.5f;
  return p * r * r + r;
}

// 2^n for −126 ≤ n ≤ 127
inline float powerOfTwo(int32_t n) {
  return floatOf(static_cast<int32_t>(static_cast<uint32_t>(n + 127) << 23));
}

inline float expOf(float x) {
  // Beyond these limits the result is 0 or infinity.
  const Reduced reduced = reduce(clamped(x, {-104.0f, 89.0f}));
  const int32_t half = reduced.n >> 1;  // 2^n itself may not be a float
  return (expm1Reduced(reduced.r) + 1.0f) * powerOfTwo(half) * powerOfTwo(reduced.n - half);
}

// Relative precision near 0, too. For x ≤ 40; below −40 the result rounds to −1.
inline float expm1Of(float x) {
  const Reduced reduced = reduce(clamped(x, {-40.0f, 40.0f}));
  const float scale = powerOfTwo(reduced.n);
  return scale * expm1Reduced(reduced.r) + (scale - 1.0f);
}

template <Unary kind>
inline float unaryOf(float x, UnaryParameters p) {
  switch (kind) {
    case Unary::kLeakyRelu:
      return x < 0.0f ? p.a * x : x;
    case Unary::kElu:
      return x < 0.0f ? p.a * expm1Of(x) : x;
    case Unary::kSigmoid:
      return 1.0f / (1.0f + expOf(-x));
    case Unary::kTanh: {
      const float e = expm1Of(2.0f * x);
      return e / (e + 2.0f);
    }
    case Unary::kHardSigmoid:
      return clamped(p.a * x + p.b, {0.0f, 1.0f});
    case Unary::kHardSwish:
      return x * clamped(x * (1.0f / 6.0f) + 0.5f, {0.0f, 1.0f});
    default:
      return clamped(x, {p.a, p.b});
  }
}

template <Unary kind>
void unaryLoop(const float* x, float* y, int64_t count, UnaryParameters p) {
  for (int64_t i = 0; i < count; ++i) y[i] = unaryOf<kind>(x[i], p);
}

template <Binary kind>
inline float binaryOf(float a, float b) {
  switch (kind) {
    case Binary::kAdd:
      return a + b;
    case Binary::kSub:
      return a - b;
    case Binary::kMul:
      return a * b;
    case Binary::kDiv:
      return a / b;
    default:
      return a < 0.0f ? a * b : a;
  }
}

template <Binary kind, Operands operands>
void binaryLoop(const float* a, const float* b, float* y, int64_t count, Clamp clamp) {
  if (operands == Operands::kBoth) {
    for (int64_t i = 0; i < count; ++i) y[i] = clamped(binaryOf<kind>(a[i], b[i]), clamp);
  } else if (operands == Operands::kFirst) {
    const float second = b[0];
    for (int64_t i = 0; i < count; ++i) y[i] = clamped(binaryOf<kind>(a[i], second), clamp);
  } else {
    const float first = a[0];
    for (int64_t i = 0; i < count; ++i) y[i] = clamped(binaryOf<kind>(first, b[i]), clamp);
  }
}

void affineLoop(const float* x, float* y, int64_t count, float scale, float shift) {
  for (int64_t i = 0; i < count; ++i) y[i] = x[i] * scale + shift;
}

void addRowLoop(const float* x, float* acc, int64_t count) {
  for (int64_t i = 0; i < count; ++i) acc[i] += x[i];
}

void addSquaresLoop(const float* x, float* acc, int64_t count) {
  for (int64_t i = 0; i < count; ++i) acc[i] += x[i] * x[i];
}

void localNormalizeLoop(const float* x, const float* squares, float* y, int64_t count, float bias,
                        float scale, float beta) {
  if (beta == 0.75f) {
    for (int64_t i = 0; i < count; ++i) {
      const float root = __builtin_sqrtf(bias + scale * squares[i]);
      y[i] = x[i] / (root * __builtin_sqrtf(root));
    }
    return;
  }
  for (int64_t i = 0; i < count; ++i) y[i] = x[i] / ::powf(bias + scale * squares[i], beta);
}

}  // namespace
}  // namespace approxtorch
