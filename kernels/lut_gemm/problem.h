// What a LUT-GEMM computes, and its operands on the device.
#pragma once

#include <cstdint>

namespace approxtorch::cuda {

// S[m][n] = Σ_k T(codes[k][m], weights[n][k]), for m < positions, n < outputs, k < taps; each at least 1.
struct GemmShape {
  int64_t positions, outputs, taps;
};

// A multiplier's table on the device, row-major [activation][weight]. See table.h for how to make one.
struct DeviceTable {
  const int16_t* narrow;  // T − offset; null if the values span more than 16 bits
  const int32_t* wide;    // T; may be null if `narrow` is not
  int32_t offset;
  int rows, columns;  // at most 256 each
  int64_t magnitude;  // max |T|
};

// The rows of the table that the activations' codes lie in: `count` is a power of two from 2 to 256 and
// `first` a multiple of it. Fewer rows make packed rows faster: codes known to be non-negative need half of
// them.
struct RowRange {
  int first, count;
};

struct GemmOperands {
  GemmShape shape;
  DeviceTable table;
  RowRange rows;
  // Rows of the table: [taps][codeStride] bytes, aligned to 16 bytes. The stride is a multiple of 16 and at
  // least `positions`; what lies beyond the positions is read, but may be anything.
  const uint8_t* codes;
  int64_t codeStride;
  const uint8_t* weights;  // columns of the table: [outputs][taps]
};

}  // namespace approxtorch::cuda
