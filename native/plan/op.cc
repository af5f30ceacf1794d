#include "op.h"

namespace approxtorch {

const std::shared_ptr<const Lut>& RunContext::lut(int64_t slot) const {
  const std::shared_ptr<const Lut>& lut = luts_[static_cast<size_t>(slot)];
  if (!lut) throw PlanError("LUT slot " + std::to_string(slot) + " was not set");
  return lut;
}

}  // namespace approxtorch
