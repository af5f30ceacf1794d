// src/engine/plan.ts has the ops' inputs, outputs and attributes.
#pragma once

#include "../families.h"

namespace approxtorch::cuda {

OpPointer makeConv(OpSpec& spec);
OpPointer makeConvInputGradient(OpSpec& spec);
OpPointer makeConvWeightGradient(OpSpec& spec);
OpPointer makeLutConvInputGradient(OpSpec& spec);
OpPointer makeLutConvWeightGradient(OpSpec& spec);
OpPointer makeGemm(OpSpec& spec);
OpPointer makeMatMul(OpSpec& spec);

}  // namespace approxtorch::cuda
