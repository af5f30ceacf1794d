#include "sgemm_kernel.h"

#include "../isa.h"

namespace approxtorch {
namespace {

const GemmTiles& gemmTiles() {
#ifdef APPROXTORCH_X86
  if (currentIsa() == Isa::kAvx512) return kGemmTilesAvx512;
  if (currentIsa() == Isa::kAvx2) return kGemmTilesAvx2;
#endif
  return kGemmTilesScalar;
}

}  // namespace

const GemmTile& gemmTile(int64_t columns) {
  const GemmTiles& tiles = gemmTiles();
  return columns <= tiles.narrow.columns ? tiles.narrow : tiles.wide;
}

}  // namespace approxtorch
