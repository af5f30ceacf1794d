// src/engine/plan.ts has the ops' inputs, outputs and attributes.
#pragma once

#include "../families.h"

namespace approxtorch::cuda {

OpPointer makeBatchNormalization(OpSpec& spec);
OpPointer makeLrn(OpSpec& spec);
OpPointer makeSoftmax(OpSpec& spec);
OpPointer makeLogSoftmax(OpSpec& spec);

OpPointer makeBatchNormalizationTraining(OpSpec& spec);
OpPointer makeBatchNormalizationTrainingGradient(OpSpec& spec);
OpPointer makeBatchNormalizationGradient(OpSpec& spec);
OpPointer makeLrnGradient(OpSpec& spec);
OpPointer makeSoftmaxGradient(OpSpec& spec);
OpPointer makeLogSoftmaxGradient(OpSpec& spec);
OpPointer makeSoftmaxCrossEntropy(OpSpec& spec);

}  // namespace approxtorch::cuda
