// src/engine/plan.ts has the ops' inputs, outputs and attributes.
#pragma once

#include "../families.h"

namespace approxtorch::cuda {

OpPointer makeConcat(OpSpec& spec);
OpPointer makeSlice(OpSpec& spec);
OpPointer makeTranspose(OpSpec& spec);

OpPointer makePad(OpSpec& spec);

OpPointer makeSliceGradient(OpSpec& spec);
OpPointer makePadGradient(OpSpec& spec);

}  // namespace approxtorch::cuda
