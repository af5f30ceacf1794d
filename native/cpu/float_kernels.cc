#include "float_kernels.h"

#include "../isa.h"

namespace approxtorch {

const FloatKernels& floatKernels() {
#ifdef APPROXTORCH_X86
  if (currentIsa() == Isa::kAvx512) return kFloatAvx512;
  if (currentIsa() == Isa::kAvx2) return kFloatAvx2;
#endif
  return kFloatScalar;
}

}  // namespace approxtorch
