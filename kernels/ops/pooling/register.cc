#include "factories.h"

namespace approxtorch::cuda {

void registerPooling(Registry& registry) {
  registry["MaxPool"] = makeMaxPool;
  registry["AveragePool"] = makeAveragePool;
  registry["GlobalAveragePool"] = makeGlobalAveragePool;
  registry["GlobalMaxPool"] = makeGlobalMaxPool;
  registry["ReduceMean"] = makeReduceMean;
  registry["ReduceSum"] = makeReduceSum;
  registry["MaxPoolGradient"] = makeMaxPoolGradient;
  registry["AveragePoolGradient"] = makeAveragePoolGradient;
  registry["GlobalMaxPoolGradient"] = makeGlobalMaxPoolGradient;
}

}  // namespace approxtorch::cuda
