// Elementwise loops that the compiler vectorises; compiled once per ISA by float_loops.h.
#pragma once

#include <cstdint>

#include "../math/normalization.h"
#include "../math/pointwise.h"

namespace approxtorch {
namespace {

template <Unary kind>
void unaryLoop(const float* x, float* y, int64_t count, UnaryParameters p) {
  for (int64_t i = 0; i < count; ++i) y[i] = unaryOf<kind>(x[i], p);
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
  for (int64_t i = 0; i < count; ++i) y[i] = localNormalizedOf(x[i], bias + scale * squares[i], beta);
}

}  // namespace
}  // namespace approxtorch
