// Normalizations of single elements, and their gradients.
#pragma once

#include <math.h>

#include "vector_math.h"

namespace approxtorch {
namespace {

APPROXTORCH_HOST_DEVICE inline float normalizedOf(float x, float mean, float scale, float bias) {
  return (x - mean) * scale + bias;
}

APPROXTORCH_HOST_DEVICE inline float normalizedGradientOf(float g, float x, float mean, float shift,
                                                          float slope, float scale) {
  return ((g - shift) - (x - mean) * slope) * scale;
}

// y = softmax(x), sum = Σ g·y
APPROXTORCH_HOST_DEVICE inline float softmaxGradientOf(float g, float y, float sum) { return y * (g - sum); }

// y = log(softmax(x)), sum = Σ g
APPROXTORCH_HOST_DEVICE inline float logSoftmaxGradientOf(float g, float y, float sum) {
  return g - expOf(y) * sum;
}

// base^0.75, the usual power of LRN
APPROXTORCH_HOST_DEVICE inline float threeQuarterPower(float base) {
  const float root = sqrtf(base);
  return root * sqrtf(root);
}

APPROXTORCH_HOST_DEVICE inline float localNormalizedOf(float x, float base, float beta) {
  return x / (beta == 0.75f ? threeQuarterPower(base) : powf(base, beta));
}

// base^−beta
APPROXTORCH_HOST_DEVICE inline float localPower(float base, float beta) {
  return beta == 0.75f ? 1.0f / threeQuarterPower(base) : powf(base, -beta);
}

}  // namespace
}  // namespace approxtorch
