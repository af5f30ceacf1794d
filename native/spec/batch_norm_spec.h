// BatchNormalization, with fixed statistics and in training.
#pragma once

#include "../plan/op_spec.h"
#include "channel_layout.h"

namespace approxtorch {

struct BatchNormSpec {
  const Tensor& x;
  Tensor& y;
  const float *scale, *bias, *mean, *variance;
  ChannelLayout layout;
  float epsilon;
};

BatchNormSpec readBatchNormalization(OpSpec& spec);

struct BatchNormTrainingSpec {
  const float *x, *scale, *bias;
  float *y, *batchMean, *inverse;
  float *mean, *variance;  // running: old·momentum + new·(1 − momentum)
  ChannelLayout layout;
  double epsilon, momentum;
};

BatchNormTrainingSpec readBatchNormalizationTraining(OpSpec& spec);

struct BatchNormGradientSpec {
  const float *g, *x, *scale, *mean;
  const float* spread;  // 1 / standard deviation of a batch, or a fixed variance
  float *dx, *dscale, *dbias;
  ChannelLayout layout;
  float epsilon;  // of a fixed variance
};

BatchNormGradientSpec readBatchNormalizationTrainingGradient(OpSpec& spec);
BatchNormGradientSpec readBatchNormalizationGradient(OpSpec& spec);

}  // namespace approxtorch
