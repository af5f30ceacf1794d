#include "kernels.h"

namespace approxtorch::lut {

const Kernels& kernels() {
#ifdef APPROXTORCH_X86
  if (currentIsa() == Isa::kAvx512) return *avx512Kernels();
  if (currentIsa() == Isa::kAvx2) return *avx2Kernels();
#endif
  return *scalarKernels();
}

}  // namespace approxtorch::lut
