#pragma once

#include "../plan/op.h"

namespace approxtorch {

// Adds the ops of quantization and approximate layers.
void registerLutOps(Registry& registry);

}  // namespace approxtorch
