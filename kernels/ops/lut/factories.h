// src/engine/plan.ts has the ops' inputs, outputs and attributes.
#pragma once

#include "../families.h"

namespace approxtorch::cuda {

OpPointer makeRange(OpSpec& spec);
OpPointer makeTrackRange(OpSpec& spec);
OpPointer makeRangeQParams(OpSpec& spec);
OpPointer makeQuantize(OpSpec& spec);
OpPointer makeQuantizeWeights(OpSpec& spec);
OpPointer makeLutConv(OpSpec& spec);

}  // namespace approxtorch::cuda
