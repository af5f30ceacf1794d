#include "families.h"

namespace approxtorch::cuda {

const Registry& opRegistry() {
  static const Registry registry = [] {
    Registry ops;
    registerPointwise(ops);
    registerLayout(ops);
    registerPooling(ops);
    registerNormalization(ops);
    registerLinear(ops);
    registerLut(ops);
    registerTraining(ops);
    return ops;
  }();
  return registry;
}

}  // namespace approxtorch::cuda
