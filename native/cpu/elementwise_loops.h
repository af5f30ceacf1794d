// Elementwise loops that the compiler vectorises; compiled once per ISA by float_loops.h.
#pragma once

#include <cmath>
#include <cstdint>

#include "vector_math.h"

namespace approxtorch {
namespace {

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
