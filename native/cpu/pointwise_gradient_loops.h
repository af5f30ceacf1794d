// Gradients of functions of single elements; compiled once per ISA by gradient_loops.h.
#pragma once

#include <cstdint>

#include "../math/dropout.h"
#include "../math/pointwise.h"
#include "gradient_kernels.h"

namespace approxtorch {
namespace {

template <Pointwise kind>
void pointwiseLoop(const float* g, const float* v, float* dx, int64_t count, UnaryParameters p) {
  for (int64_t i = 0; i < count; ++i) dx[i] = gradientOf<kind>(g[i], v[i], p);
}

void pReluLoop(const float* g, const float* x, const float* slope, bool oneSlope, float* dx, float* dslope,
               int64_t count) {
  const auto step = [&](int64_t i, float s) {
    const PReluGradients gradients = pReluGradientOf(g[i], x[i], s);
    dx[i] = gradients.dx;
    dslope[i] = gradients.dslope;
  };
  if (oneSlope) {
    const float s = slope[0];
    for (int64_t i = 0; i < count; ++i) step(i, s);
  } else {
    for (int64_t i = 0; i < count; ++i) step(i, slope[i]);
  }
}

void dropoutLoop(const float* x, float* y, uint32_t index, int64_t count, float scale, DropoutDraw draw) {
  for (int64_t i = 0; i < count; ++i) {
    y[i] = dropoutOf(x[i], index + static_cast<uint32_t>(i), scale, draw);
  }
}

}  // namespace
}  // namespace approxtorch
