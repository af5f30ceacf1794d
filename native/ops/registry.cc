#include "../lut/register.h"
#include "../plan/op.h"
#include "factories.h"

namespace approxtorch {

const Registry& opRegistry() {
  static const Registry registry = [] {
    Registry ops{
        {"Relu", makeRelu},
    };
    registerLutOps(ops);
    return ops;
  }();
  return registry;
}

}  // namespace approxtorch
