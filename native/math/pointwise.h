// Functions of single elements, and their gradients.
#pragma once

#include "../cpu/gradient_kernels.h"
#include "vector_math.h"

namespace approxtorch {
namespace {

template <Unary kind>
APPROXTORCH_HOST_DEVICE inline float unaryOf(float x, UnaryParameters p) {
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

template <Binary kind>
APPROXTORCH_HOST_DEVICE inline float binaryOf(float a, float b) {
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

template <Pointwise kind>
APPROXTORCH_HOST_DEVICE inline float gradientOf(float g, float v, UnaryParameters p) {
  switch (kind) {
    case Pointwise::kLeakyRelu:
      return v < 0.0f ? g * p.a : g;
    case Pointwise::kElu:
      return v < 0.0f ? g * (p.a * expOf(v)) : g;
    case Pointwise::kHardSigmoid: {
      const float y = p.a * v + p.b;
      return (y > 0.0f) & (y < 1.0f) ? g * p.a : 0.0f;
    }
    case Pointwise::kHardSwish: {
      const float slope = v * (1.0f / 3.0f) + 0.5f;
      return v <= -3.0f ? 0.0f : v < 3.0f ? g * slope : g;
    }
    case Pointwise::kSigmoid:
      return g * (v * (1.0f - v));
    case Pointwise::kTanh:
      return g * ((1.0f - v) * (1.0f + v));
    default:
      return (v > p.a) & (v < p.b) ? g : 0.0f;
  }
}

struct PReluGradients {
  float dx, dslope;
};

APPROXTORCH_HOST_DEVICE inline PReluGradients pReluGradientOf(float g, float x, float slope) {
  return {x < 0.0f ? g * slope : g, x < 0.0f ? g * x : 0.0f};
}

}  // namespace
}  // namespace approxtorch
