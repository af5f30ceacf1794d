// The factories of the float32 ops; src/engine/plan.ts has their inputs, outputs and attributes.
#pragma once

#include <memory>

#include "../plan/op.h"

namespace approxtorch {

std::unique_ptr<Op> makeRelu(OpSpec& spec);

}  // namespace approxtorch
