#include "gradient_kernels.h"

#include "../isa.h"

namespace approxtorch {

const GradientKernels& gradientKernels() {
#ifdef APPROXTORCH_X86
  if (currentIsa() == Isa::kAvx512) return kGradientAvx512;
  if (currentIsa() == Isa::kAvx2) return kGradientAvx2;
#endif
  return kGradientScalar;
}

}  // namespace approxtorch
