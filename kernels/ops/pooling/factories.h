// src/engine/plan.ts has the ops' inputs, outputs and attributes.
#pragma once

#include "../families.h"

namespace approxtorch::cuda {

OpPointer makeMaxPool(OpSpec& spec);
OpPointer makeAveragePool(OpSpec& spec);
OpPointer makeGlobalAveragePool(OpSpec& spec);
OpPointer makeGlobalMaxPool(OpSpec& spec);
OpPointer makeReduceMean(OpSpec& spec);
OpPointer makeReduceSum(OpSpec& spec);

OpPointer makeMaxPoolGradient(OpSpec& spec);
OpPointer makeAveragePoolGradient(OpSpec& spec);
OpPointer makeGlobalMaxPoolGradient(OpSpec& spec);

}  // namespace approxtorch::cuda
