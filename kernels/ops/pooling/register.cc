#include "factories.h"

namespace approxtorch::cuda {

void registerPooling(Registry& /*registry*/) {}

}  // namespace approxtorch::cuda
