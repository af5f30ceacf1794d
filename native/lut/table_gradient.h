// Inner loops for gradients of approximate layers under a derivative that is a full table
// D[activation][weight] (numerics.md §4), one set per ISA (table_gradient_<isa>.cc).
//
// For one tap and kRow output channels o the entries D[·][w[o]] form a table whose row, one per activation
// code, lies side by side in memory, as do the gradients g[·][o] of one output position. So a lookup of kRow
// entries is one vector load, and its product with the gradients one fused multiply-add.
#pragma once

#include <cstdint>

namespace approxtorch::lut {

constexpr int kRow = 16;      // output channels of a row
constexpr int kDotTaps = 16;  // most taps of a dot pass
constexpr int kSumTaps = 4;   // most taps of a sum pass

// kRow columns of floats → rows: out[r·pitch + j] = (columns[j][r] − offsets[j])·scales[j].
struct RowPack {
  const float* columns[kRow];
  float offsets[kRow], scales[kRow];
  int64_t rows;
  int64_t pitch;  // ≥ kRow
  float* out;
};

// For every position m: sums[m] = Σ_t Σ_j tables[codes[positions[m]]][t][j]·rows[gradients[m·taps + t] + j].
struct DotPass {
  const uint8_t* codes;
  const int32_t* positions;  // [count], from `codes`
  int64_t count;
  int taps;             // at most kDotTaps
  const float* tables;  // [codes from rowLo on][taps][kRow]
  int rowLo;
  const float* rows;
  const int32_t* gradients;  // [count][taps], from `rows`
  float* sums;               // [count]
};

// For each of the taps t: sums[t][j] += Σ_m rows[gradients[m] + j]·(tables[t][codes[positions[m] +
// offsets[t]]][j] − zeroPoint).
struct SumPass {
  const uint8_t* codes;
  const int32_t* positions;  // [count], from `codes`
  const int32_t* gradients;  // [count], from `rows`
  int64_t count;
  int taps;  // 1 or kSumTaps
  int32_t offsets[kSumTaps];
  const float* tables[kSumTaps];  // each [codes from rowLo on][kRow]
  int rowLo;
  float zeroPoint;
  const float* rows;
  float* sums;  // [taps][kRow]
};

struct TableGradientKernels {
  void (*packRows)(const RowPack& pack);
  void (*dotRows)(const DotPass& pass);
  void (*sumRows)(const SumPass& pass);
};

const TableGradientKernels* scalarTableGradientKernels();
// Only in builds for x86-64.
const TableGradientKernels* avx2TableGradientKernels();
const TableGradientKernels* avx512TableGradientKernels();

// The set for the ISA in use.
const TableGradientKernels& tableGradientKernels();

}  // namespace approxtorch::lut
