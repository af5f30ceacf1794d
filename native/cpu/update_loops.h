// Steps of the optimizers; compiled once per ISA by gradient_loops.h.
#pragma once

#include <cstdint>

#include "../math/update.h"
#include "gradient_kernels.h"

namespace approxtorch {
namespace {

// In float64: no gradient that is finite gives an infinite sum.
double sumSquaresLoop(const float* x, int64_t count) {
  constexpr int kSums = 16;  // a fixed number, so that the order does not depend on the vector width
  double sums[kSums] = {};
  int64_t i = 0;
  for (; i + kSums <= count; i += kSums) {
    for (int s = 0; s < kSums; ++s) sums[s] += static_cast<double>(x[i + s]) * static_cast<double>(x[i + s]);
  }
  for (int s = 0; i < count; ++i, ++s) sums[s] += static_cast<double>(x[i]) * static_cast<double>(x[i]);
  for (int half = kSums / 2; half > 0; half /= 2) {
    for (int s = 0; s < half; ++s) sums[s] += sums[s + half];
  }
  return sums[0];
}

void sgdLoop(float* p, const float* g, float* velocity, int64_t count, SgdStep step) {
  for (int64_t i = 0; i < count; ++i) updateSgd(p[i], g[i], velocity[i], step);
}

void adamLoop(float* p, const float* g, float* mean, float* square, int64_t count, AdamStep step) {
  for (int64_t i = 0; i < count; ++i) updateAdam(p[i], g[i], mean[i], square[i], step);
}

void averageLoop(float* average, const float* p, int64_t count, float fresh) {
  for (int64_t i = 0; i < count; ++i) average[i] = averaged(average[i], p[i], fresh);
}

}  // namespace
}  // namespace approxtorch
