#include "kernels.h"

namespace approxtorch::lut {

const Kernels& kernels() {
  static const Kernels& chosen = []() -> const Kernels& {
    const Kernels* found = nullptr;
    switch (currentIsa()) {
      case Isa::kAvx512:
        found = avx512Kernels();
        break;
      case Isa::kAvx2:
        found = avx2Kernels();
        break;
      case Isa::kScalar:
        break;
    }
    return found == nullptr ? *scalarKernels() : *found;
  }();
  return chosen;
}

}  // namespace approxtorch::lut
