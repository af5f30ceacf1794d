// SoftmaxCrossEntropy: the loss of a classifier, and where it begins to go backwards.
#pragma once

#include <string>

#include "../plan/op_spec.h"

namespace approxtorch {

// With p = softmax(logits), the smoothed target q = (1 − ε)·onehot + ε/C, and the distributions t of the
// teacher and s of the logits at the temperature T (G. Hinton, O. Vinyals, J. Dean, arXiv:1503.02531):
// loss = (1 − λ)·Σ −q·log p + λ·T²·Σ t·log(t/s), its gradient (1 − λ)·(p − q) + λ·T·(s − t).
struct LossParameters {
  double smoothing, distillWeight;
  float temperature, scale;  // scale: of the gradient
};

struct LossSpec {
  const Tensor& logits;
  const Tensor& labels;
  const Tensor* teacher;  // null where distillWeight is 0
  float *loss, *correct, *gradient;
  int64_t samples, classes;
  LossParameters parameters;

  // What is wrong with a label that is no class.
  std::string labelError(int64_t sample, float label) const;
};

LossSpec readSoftmaxCrossEntropy(OpSpec& spec);

}  // namespace approxtorch
