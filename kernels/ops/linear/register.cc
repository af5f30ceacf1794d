#include "factories.h"

namespace approxtorch::cuda {

void registerLinear(Registry& registry) {
  registry["Conv"] = makeConv;
  registry["ConvInputGradient"] = makeConvInputGradient;
  registry["ConvWeightGradient"] = makeConvWeightGradient;
  registry["LutConvInputGradient"] = makeLutConvInputGradient;
  registry["LutConvWeightGradient"] = makeLutConvWeightGradient;
  registry["Gemm"] = makeGemm;
  registry["MatMul"] = makeMatMul;
}

}  // namespace approxtorch::cuda
