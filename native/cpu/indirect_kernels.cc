#include "indirect_kernels.h"

#include "../isa.h"

namespace approxtorch {

const IndirectKernels& indirectKernels() {
#ifdef APPROXTORCH_X86
  if (currentIsa() == Isa::kAvx512) return kIndirectAvx512;
  if (currentIsa() == Isa::kAvx2) return kIndirectAvx2;
#endif
  return kIndirectScalar;
}

}  // namespace approxtorch
