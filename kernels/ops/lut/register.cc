#include "factories.h"

namespace approxtorch::cuda {

void registerLut(Registry& registry) {
  registry["Range"] = makeRange;
  registry["TrackRange"] = makeTrackRange;
  registry["RangeQParams"] = makeRangeQParams;
  registry["Quantize"] = makeQuantize;
  registry["QuantizeWeights"] = makeQuantizeWeights;
  registry["LutConv"] = makeLutConv;
}

}  // namespace approxtorch::cuda
