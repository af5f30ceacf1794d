// Steps that turn gradients into the next parameters.
#pragma once

#include "../plan/op_spec.h"

namespace approxtorch {

// What the steps of both optimizers share.
struct UpdateSpec {
  Tensor& p;
  const Tensor& g;
  const float *norm, *learningRate, *apply;
};

struct SgdParameters {
  float momentum, weightDecay, clipNorm;
  bool nesterov;
};

struct SgdSpec {
  UpdateSpec update;
  Tensor& velocity;
  SgdParameters parameters;
};

SgdSpec readSgdUpdate(OpSpec& spec);

struct AdamParameters {
  double beta1, beta2, weightDecay;
  float epsilon, clipNorm;
  bool decoupled;
};

struct AdamSpec {
  UpdateSpec update;
  Tensor& mean;
  Tensor& square;
  const float* step;
  AdamParameters parameters;
};

constexpr const char* kAdamStepError = "AdamUpdate: the step must be at least 1";

AdamSpec readAdamUpdate(OpSpec& spec);

struct EmaSpec {
  Tensor& average;
  const Tensor& p;
  const float* apply;
  float fresh;  // 1 − decay
};

EmaSpec readEmaUpdate(OpSpec& spec);

}  // namespace approxtorch
