// src/engine/plan.ts has the ops' inputs, outputs and attributes.
#pragma once

#include "../families.h"

namespace approxtorch::cuda {

OpPointer makeRelu(OpSpec& spec);
OpPointer makeClip(OpSpec& spec);
OpPointer makeLeakyRelu(OpSpec& spec);
OpPointer makeElu(OpSpec& spec);
OpPointer makeSigmoid(OpSpec& spec);
OpPointer makeTanh(OpSpec& spec);
OpPointer makeHardSigmoid(OpSpec& spec);
OpPointer makeHardSwish(OpSpec& spec);

OpPointer makeAdd(OpSpec& spec);
OpPointer makeSub(OpSpec& spec);
OpPointer makeMul(OpSpec& spec);
OpPointer makeDiv(OpSpec& spec);
OpPointer makePRelu(OpSpec& spec);

OpPointer makeActivationGradient(OpSpec& spec);
OpPointer makeLeakyReluGradient(OpSpec& spec);
OpPointer makeEluGradient(OpSpec& spec);
OpPointer makeHardSigmoidGradient(OpSpec& spec);
OpPointer makeHardSwishGradient(OpSpec& spec);
OpPointer makeSigmoidGradient(OpSpec& spec);
OpPointer makeTanhGradient(OpSpec& spec);
OpPointer makePReluGradient(OpSpec& spec);

OpPointer makeExpand(OpSpec& spec);
OpPointer makeDropout(OpSpec& spec);

}  // namespace approxtorch::cuda
