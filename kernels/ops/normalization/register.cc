#include "factories.h"

namespace approxtorch::cuda {

void registerNormalization(Registry& /*registry*/) {}

}  // namespace approxtorch::cuda
