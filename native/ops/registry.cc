#include "../lut/register.h"
#include "factories.h"

namespace approxtorch {

const Registry& opRegistry() {
  static const Registry registry = [] {
    Registry ops{
        {"Relu", makeRelu},
        {"Clip", makeClip},
        {"LeakyRelu", makeLeakyRelu},
        {"Elu", makeElu},
        {"Sigmoid", makeSigmoid},
        {"Tanh", makeTanh},
        {"HardSigmoid", makeHardSigmoid},
        {"HardSwish", makeHardSwish},
        {"Add", makeAdd},
        {"Sub", makeSub},
        {"Mul", makeMul},
        {"Div", makeDiv},
        {"PRelu", makePRelu},
        {"Conv", makeConv},
        {"Gemm", makeGemm},
        {"MatMul", makeMatMul},
        {"BatchNormalization", makeBatchNormalization},
        {"LRN", makeLrn},
        {"Softmax", makeSoftmax},
        {"LogSoftmax", makeLogSoftmax},
        {"MaxPool", makeMaxPool},
        {"AveragePool", makeAveragePool},
        {"GlobalAveragePool", makeGlobalAveragePool},
        {"GlobalMaxPool", makeGlobalMaxPool},
        {"ReduceMean", makeReduceMean},
        {"ReduceSum", makeReduceSum},
        {"Concat", makeConcat},
        {"Slice", makeSlice},
        {"Pad", makePad},
        {"Transpose", makeTranspose},
        {"ActivationGradient", makeActivationGradient},
        {"LeakyReluGradient", makeLeakyReluGradient},
        {"EluGradient", makeEluGradient},
        {"HardSigmoidGradient", makeHardSigmoidGradient},
        {"HardSwishGradient", makeHardSwishGradient},
        {"SigmoidGradient", makeSigmoidGradient},
        {"TanhGradient", makeTanhGradient},
        {"PReluGradient", makePReluGradient},
        {"ConvInputGradient", makeConvInputGradient},
        {"ConvWeightGradient", makeConvWeightGradient},
        {"MaxPoolGradient", makeMaxPoolGradient},
        {"AveragePoolGradient", makeAveragePoolGradient},
        {"GlobalMaxPoolGradient", makeGlobalMaxPoolGradient},
        {"Expand", makeExpand},
        {"SliceGradient", makeSliceGradient},
        {"PadGradient", makePadGradient},
        {"SoftmaxGradient", makeSoftmaxGradient},
        {"LogSoftmaxGradient", makeLogSoftmaxGradient},
        {"LRNGradient", makeLrnGradient},
        {"BatchNormalizationTraining", makeBatchNormalizationTraining},
        {"BatchNormalizationTrainingGradient", makeBatchNormalizationTrainingGradient},
        {"BatchNormalizationGradient", makeBatchNormalizationGradient},
        {"Dropout", makeDropout},
        {"SoftmaxCrossEntropy", makeSoftmaxCrossEntropy},
        {"Accumulate", makeAccumulate},
        {"GradientNorm", makeGradientNorm},
        {"SgdUpdate", makeSgdUpdate},
        {"AdamUpdate", makeAdamUpdate},
        {"EmaUpdate", makeEmaUpdate},
    };
    registerLutOps(ops);
    return ops;
  }();
  return registry;
}

}  // namespace approxtorch
