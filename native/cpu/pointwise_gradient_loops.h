// Gradients of functions of single elements; compiled once per ISA by gradient_loops.h.
#pragma once

#include <cstdint>

#include "gradient_kernels.h"
#include "vector_math.h"

namespace approxtorch {
namespace {

template <Pointwise kind>
inline float gradientOf(float g, float v, UnaryParameters p) {
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

template <Pointwise kind>
void pointwiseLoop(const float* g, const float* v, float* dx, int64_t count, UnaryParameters p) {
  for (int64_t i = 0; i < count; ++i) dx[i] = gradientOf<kind>(g[i], v[i], p);
}

void pReluLoop(const float* g, const float* x, const float* slope, bool oneSlope, float* dx, float* dslope,
               int64_t count) {
  const auto step = [&](int64_t i, float s) {
    const float gradient = g[i];
    const float value = x[i];
    dx[i] = value < 0.0f ? gradient * s : gradient;
    dslope[i] = value < 0.0f ? gradient * value : 0.0f;
  };
  if (oneSlope) {
    const float s = slope[0];
    for (int64_t i = 0; i < count; ++i) step(i, s);
  } else {
    for (int64_t i = 0; i < count; ++i) step(i, slope[i]);
  }
}

// A bijection of the 32-bit integers whose every output bit depends on all input bits: multiplications and
// shifts, with the constants of the finalizer of MurmurHash3 (A. Appleby).
inline uint32_t mixed(uint32_t h) {
  h = (h ^ (h >> 16)) * 0x85ebca6bu;
  h = (h ^ (h >> 13)) * 0xc2b2ae35u;
  return h ^ (h >> 16);
}

void dropoutLoop(const float* x, float* y, uint32_t index, int64_t count, float scale, DropoutDraw draw) {
  for (int64_t i = 0; i < count; ++i) {
    const uint32_t hash = mixed(mixed((index + static_cast<uint32_t>(i)) ^ draw.first) + draw.second);
    y[i] = hash < draw.threshold ? 0.0f : x[i] * scale;
  }
}

}  // namespace
}  // namespace approxtorch
