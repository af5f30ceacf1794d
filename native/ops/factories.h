// The factories of the float32 ops; src/engine/plan.ts has their inputs, outputs and attributes.
#pragma once

#include <memory>

#include "../plan/op.h"

namespace approxtorch {

using OpPointer = std::unique_ptr<Op>;

OpPointer makeRelu(OpSpec& spec);
OpPointer makeClip(OpSpec& spec);
OpPointer makeLeakyRelu(OpSpec& spec);
OpPointer makeElu(OpSpec& spec);
OpPointer makeSigmoid(OpSpec& spec);
OpPointer makeTanh(OpSpec& spec);
OpPointer makeHardSigmoid(OpSpec& spec);
OpPointer makeHardSwish(OpSpec& spec);

OpPointer makeAdd(OpSpec& spec);
OpPointer makeSub(OpSpec& spec);
OpPointer makeMul(OpSpec& spec);
OpPointer makeDiv(OpSpec& spec);
OpPointer makePRelu(OpSpec& spec);

OpPointer makeConv(OpSpec& spec);
OpPointer makeGemm(OpSpec& spec);
OpPointer makeMatMul(OpSpec& spec);

OpPointer makeBatchNormalization(OpSpec& spec);
OpPointer makeLrn(OpSpec& spec);
OpPointer makeSoftmax(OpSpec& spec);
OpPointer makeLogSoftmax(OpSpec& spec);

OpPointer makeMaxPool(OpSpec& spec);
OpPointer makeAveragePool(OpSpec& spec);
OpPointer makeGlobalAveragePool(OpSpec& spec);
OpPointer makeGlobalMaxPool(OpSpec& spec);
OpPointer makeReduceMean(OpSpec& spec);
OpPointer makeReduceSum(OpSpec& spec);

OpPointer makeConcat(OpSpec& spec);
OpPointer makeSlice(OpSpec& spec);
OpPointer makePad(OpSpec& spec);
OpPointer makeTranspose(OpSpec& spec);

OpPointer makeActivationGradient(OpSpec& spec);
OpPointer makeLeakyReluGradient(OpSpec& spec);
OpPointer makeEluGradient(OpSpec& spec);
OpPointer makeHardSigmoidGradient(OpSpec& spec);
OpPointer makeHardSwishGradient(OpSpec& spec);
OpPointer makeSigmoidGradient(OpSpec& spec);
OpPointer makeTanhGradient(OpSpec& spec);
OpPointer makePReluGradient(OpSpec& spec);

OpPointer makeConvInputGradient(OpSpec& spec);
OpPointer makeConvWeightGradient(OpSpec& spec);

OpPointer makeMaxPoolGradient(OpSpec& spec);
OpPointer makeAveragePoolGradient(OpSpec& spec);
OpPointer makeGlobalMaxPoolGradient(OpSpec& spec);
OpPointer makeExpand(OpSpec& spec);
OpPointer makeSliceGradient(OpSpec& spec);
OpPointer makePadGradient(OpSpec& spec);

OpPointer makeSoftmaxGradient(OpSpec& spec);
OpPointer makeLogSoftmaxGradient(OpSpec& spec);
OpPointer makeLrnGradient(OpSpec& spec);
OpPointer makeBatchNormalizationTraining(OpSpec& spec);
OpPointer makeBatchNormalizationTrainingGradient(OpSpec& spec);
OpPointer makeBatchNormalizationGradient(OpSpec& spec);
OpPointer makeDropout(OpSpec& spec);

OpPointer makeSoftmaxCrossEntropy(OpSpec& spec);
OpPointer makeAccumulate(OpSpec& spec);
OpPointer makeGradientNorm(OpSpec& spec);
OpPointer makeSgdUpdate(OpSpec& spec);
OpPointer makeAdamUpdate(OpSpec& spec);
OpPointer makeEmaUpdate(OpSpec& spec);

}  // namespace approxtorch
