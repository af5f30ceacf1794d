#include "lut_gemm.h"

namespace approxtorch::lut {
namespace {

// Below these sizes a family's preparations cost more than they save (bench/NOTES.md).
constexpr int64_t kFewPositions = 32;
constexpr int64_t kFewOutputs = 4;
// From these on, building row tables pays even where the ISA can permute bytes.
constexpr int64_t kManyPositions = 512;
constexpr int64_t kManyOutputs = 8;

}  // namespace

std::unique_ptr<LutGemm> chooseLutGemm(const LutLayer& layer, bool wide) {
  const int64_t positions = layer.geometry.positions();
  const int64_t outputs = layer.geometry.groupOutputs();
  if (wide || positions < kFewPositions) return makeScalar(layer, wide);
  std::unique_ptr<LutGemm> chosen;
  if (positions < kManyPositions || outputs < kManyOutputs) chosen = makePermute(layer);
  if (!chosen && outputs >= kFewOutputs) chosen = makePackedRows(layer);
  return chosen ? std::move(chosen) : makeScalar(layer, wide);
}

}  // namespace approxtorch::lut
