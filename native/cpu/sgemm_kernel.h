// The innermost tile of float32 matrix products, one per ISA (sgemm_<isa>.cc).
#pragma once

#include <cstdint>

namespace approxtorch {

constexpr int kMaxTileRows = 14;
constexpr int kMaxTileColumns = 32;

struct GemmTile {
  int rows, columns;
  // One tile of C = clamp(start + A·B) over `depth` terms in ascending order.
  //   a: [depth][rows], b: [depth][columns], c: rows of `stride` floats.
  //   start: one value per row, or null to start from what C holds.
  void (*compute)(int64_t depth, const float* a, const float* b, float* c, int64_t stride, const float* start,
                  float low, float high);
};

extern const GemmTile kGemmTileScalar;
extern const GemmTile kGemmTileAvx2;
extern const GemmTile kGemmTileAvx512;

// The tile for the ISA in use.
const GemmTile& gemmTile();

}  // namespace approxtorch
