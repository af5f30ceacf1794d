#include "register.h"

#include "lut_ops.h"

namespace approxtorch {

void registerLutOps(Registry& registry) {
  registry["Range"] = lut::makeRange;
  registry["Quantize"] = lut::makeQuantize;
  registry["LutConv"] = lut::makeLutConv;
}

}  // namespace approxtorch
