#include "factories.h"

namespace approxtorch::cuda {

void registerTraining(Registry& /*registry*/) {}

}  // namespace approxtorch::cuda
