#include "table_gradient.h"

#include "../isa.h"

namespace approxtorch::lut {

const TableGradientKernels& tableGradientKernels() {
#ifdef APPROXTORCH_X86
  if (currentIsa() == Isa::kAvx512) return *avx512TableGradientKernels();
  if (currentIsa() == Isa::kAvx2) return *avx2TableGradientKernels();
#endif
  return *scalarTableGradientKernels();
}

}  // namespace approxtorch::lut
