#include "register.h"

#include "lut_ops.h"

namespace approxtorch {

void registerLutOps(Registry& registry) {
  registry["Range"] = lut::makeRange;
  registry["TrackRange"] = lut::makeTrackRange;
  registry["RangeQParams"] = lut::makeRangeQParams;
  registry["Quantize"] = lut::makeQuantize;
  registry["QuantizeWeights"] = lut::makeQuantizeWeights;
  registry["LutConv"] = lut::makeLutConv;
  registry["LutConvInputGradient"] = lut::makeLutConvInputGradient;
  registry["LutConvWeightGradient"] = lut::makeLutConvWeightGradient;
}

}  // namespace approxtorch
