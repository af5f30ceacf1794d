#include "factories.h"

namespace approxtorch::cuda {

void registerLayout(Registry& /*registry*/) {}

}  // namespace approxtorch::cuda
