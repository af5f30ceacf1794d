// src/engine/plan.ts has the ops' inputs, outputs and attributes.
#pragma once

#include "../families.h"

namespace approxtorch::cuda {

OpPointer makeAccumulate(OpSpec& spec);
OpPointer makeGradientNorm(OpSpec& spec);

OpPointer makeSgdUpdate(OpSpec& spec);
OpPointer makeAdamUpdate(OpSpec& spec);
OpPointer makeEmaUpdate(OpSpec& spec);

}  // namespace approxtorch::cuda
