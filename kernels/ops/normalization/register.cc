#include "factories.h"

namespace approxtorch::cuda {

void registerNormalization(Registry& registry) {
  registry["BatchNormalization"] = makeBatchNormalization;
  registry["LRN"] = makeLrn;
  registry["Softmax"] = makeSoftmax;
  registry["LogSoftmax"] = makeLogSoftmax;
  registry["BatchNormalizationTraining"] = makeBatchNormalizationTraining;
  registry["BatchNormalizationTrainingGradient"] = makeBatchNormalizationTrainingGradient;
  registry["BatchNormalizationGradient"] = makeBatchNormalizationGradient;
  registry["LRNGradient"] = makeLrnGradient;
  registry["SoftmaxGradient"] = makeSoftmaxGradient;
  registry["LogSoftmaxGradient"] = makeLogSoftmaxGradient;
  registry["SoftmaxCrossEntropy"] = makeSoftmaxCrossEntropy;
}

}  // namespace approxtorch::cuda
