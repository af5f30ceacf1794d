#include "factories.h"

namespace approxtorch::cuda {

void registerLinear(Registry& /*registry*/) {}

}  // namespace approxtorch::cuda
