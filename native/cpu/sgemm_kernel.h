// The innermost tile of float32 matrix products, one per ISA (sgemm_<isa>.cc).
#pragma once

#include <cstdint>

namespace approxtorch {

constexpr int kMaxTileRows = 8;
constexpr int kMaxTileColumns = 32;

struct GemmTile {
  int rows, columns;
  // One tile of C = clamp(start + A·B) over `depth` terms in ascending order.
  //   a: [depth][rows], b: [depth][columns], c: rows of `stride` floats.
  //   start: one value per row, or null to start from what C holds.
  void (*compute)(int64_t depth, const float* a, const float* b, float* c, int64_t stride, const float* start,
                  float low, float high);
};

// Tiles of one ISA: for matrices in general, and for those of few columns.
struct GemmTiles {
  GemmTile wide, narrow;
};

extern const GemmTiles kGemmTilesScalar;
extern const GemmTiles kGemmTilesAvx2;
extern const GemmTiles kGemmTilesAvx512;

// The tile for a product of that many columns, of the ISA in use.
const GemmTile& gemmTile(int64_t columns);

}  // namespace approxtorch
