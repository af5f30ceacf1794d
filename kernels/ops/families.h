// The ops of the CUDA engine, family by family.
#pragma once

#include "../plan/op.h"

namespace approxtorch::cuda {

using OpPointer = std::unique_ptr<Op>;

void registerPointwise(Registry& registry);
void registerLayout(Registry& registry);
void registerPooling(Registry& registry);
void registerNormalization(Registry& registry);
void registerLinear(Registry& registry);
void registerLut(Registry& registry);
void registerTraining(Registry& registry);

}  // namespace approxtorch::cuda
