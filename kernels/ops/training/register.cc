#include "factories.h"

namespace approxtorch::cuda {

void registerTraining(Registry& registry) {
  registry["Accumulate"] = makeAccumulate;
  registry["GradientNorm"] = makeGradientNorm;
  registry["SgdUpdate"] = makeSgdUpdate;
  registry["AdamUpdate"] = makeAdamUpdate;
  registry["EmaUpdate"] = makeEmaUpdate;
}

}  // namespace approxtorch::cuda
