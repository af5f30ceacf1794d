#include "sgemm_kernel.h"

#include "../isa.h"

namespace approxtorch {

const GemmTile& gemmTile() {
#ifdef APPROXTORCH_X86
  if (currentIsa() == Isa::kAvx512) return kGemmTileAvx512;
  if (currentIsa() == Isa::kAvx2) return kGemmTileAvx2;
#endif
  return kGemmTileScalar;
}

}  // namespace approxtorch
