#include "lut_gemm.h"

namespace approxtorch::lut {

std::unique_ptr<LutGemm> chooseLutGemm(const LutLayer& layer, bool wide) {
  // Below these sizes a family's preparations cost more than they save (bench/NOTES.md).
  constexpr int64_t kFewPositions = 32;
  constexpr int64_t kFewOutputs = 4;
  if (!wide && layer.geometry.positions() >= kFewPositions) {
    if (auto permute = makePermute(layer)) return permute;
    if (layer.geometry.groupOutputs() >= kFewOutputs) {
      if (auto packed = makePackedRows(layer)) return packed;
    }
  }
  return makeScalar(layer, wide);
}

}  // namespace approxtorch::lut
