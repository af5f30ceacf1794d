// Steps of the optimizers, of single elements; and what a step's factors follow from.
#pragma once

#include <cstdint>

#include "../cpu/gradient_kernels.h"
#include "../spec/optimizer_spec.h"
#include "vector_math.h"

namespace approxtorch {
namespace {

APPROXTORCH_HOST_DEVICE inline bool isFinite(float x) {
  constexpr int32_t kExponent = 0x7f800000;
  return (bitsOf(x) & kExponent) != kExponent;
}

// Whether an update changes anything.
APPROXTORCH_HOST_DEVICE inline bool updates(float apply, float norm) {
  return apply != 0.0f && isFinite(norm);
}

// The factor that brings the gradients' norm down to `limit`. The small addend is PyTorch's.
APPROXTORCH_HOST_DEVICE inline float clipFactor(float limit, float norm) {
  const double factor = static_cast<double>(limit) / (static_cast<double>(norm) + 1e-6);
  return factor < 1.0 ? static_cast<float>(factor) : 1.0f;
}

APPROXTORCH_HOST_DEVICE inline SgdStep sgdStep(const SgdParameters& p, float norm, float learningRate) {
  return {clipFactor(p.clipNorm, norm), p.weightDecay, p.momentum, learningRate, p.nesterov};
}

// base to the power of the whole part of `exponent` ≥ 1, by squaring: the same bits in every engine.
APPROXTORCH_HOST_DEVICE inline double powerOf(double base, float exponent) {
  constexpr float kMost = 4294967296.0f;  // beyond that floats have no odd numbers, and a power of β is 0
  double result = 1.0;
  for (auto rest = static_cast<uint64_t>(exponent < kMost ? exponent : kMost); rest != 0; rest >>= 1) {
    if ((rest & 1) != 0) result *= base;
    base *= base;
  }
  return result;
}

// number: the step's, at least 1. D. P. Kingma, J. Ba, arXiv:1412.6980; decoupled weight decay: I.
// Loshchilov, F. Hutter, arXiv:1711.05101.
APPROXTORCH_HOST_DEVICE inline AdamStep adamStep(const AdamParameters& p, float norm, float learningRate,
                                                 float number) {
  const double rate = learningRate;
  const double correction1 = 1.0 - powerOf(p.beta1, number);
  const double correction2 = 1.0 - powerOf(p.beta2, number);
  return {clipFactor(p.clipNorm, norm),
          static_cast<float>(p.decoupled ? 0.0 : p.weightDecay),
          static_cast<float>(p.decoupled ? 1.0 - rate * p.weightDecay : 1.0),
          static_cast<float>(1.0 - p.beta1),
          static_cast<float>(p.beta2),
          static_cast<float>(1.0 - p.beta2),
          static_cast<float>(rate / correction1),
          static_cast<float>(__builtin_sqrt(correction2)),
          p.epsilon};
}

APPROXTORCH_HOST_DEVICE inline void updateSgd(float& p, float g, float& velocity, const SgdStep& step) {
  const float gradient = g * step.clip + p * step.weightDecay;
  velocity = velocity * step.momentum + gradient;
  const float direction = step.nesterov ? gradient + velocity * step.momentum : velocity;
  p -= step.learningRate * direction;
}

APPROXTORCH_HOST_DEVICE inline void updateAdam(float& p, float g, float& mean, float& square,
                                               const AdamStep& step) {
  const float gradient = g * step.clip + p * step.weightDecay;
  mean += (gradient - mean) * step.fresh1;
  square = square * step.beta2 + gradient * gradient * step.fresh2;
  const float root = __builtin_sqrtf(square) / step.rootCorrection + step.epsilon;
  p = p * step.shrink - step.stepSize * (mean / root);
}

APPROXTORCH_HOST_DEVICE inline float averaged(float average, float p, float fresh) {
  return average + (p - average) * fresh;
}

}  // namespace
}  // namespace approxtorch
