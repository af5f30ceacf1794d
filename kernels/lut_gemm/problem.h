// What a LUT-GEMM computes, and its operands on the device.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

namespace approxtorch::cuda {

// S[g][m][n] = Σ_k T(code(g, m, k), weights[g·outputs + n][k]), for g < groups, m < positions, n < outputs,
// k < taps; each at least 1.
struct GemmShape {
  int32_t positions, outputs, taps, groups;
};

// A multiplier's table on the device, row-major [activation][weight]. See table.h for how to make one.
struct DeviceTable {
  const int16_t* narrow;     // T − offset; null if the values span more than 16 bits
  const int16_t* columnsOf;  // `narrow` transposed: [weight][activation] of 256 × 256; null with it
  const int32_t* wide;       // T; may be null if `narrow` is not
  int32_t offset;
  int rows, columns;  // at most 256 each
  int64_t magnitude;  // max |T|
  int rowShift;       // rows whose numbers differ in so many lowest bits alone are equal (table.h)
};

// The rows of the table that the activations' codes lie in: `count` is a power of two from 2 to 256 and
// `first` a multiple of it. Fewer rows make packed rows faster: codes known to be non-negative need half of
// them, and of equal rows, those of a multiplier that ignores the lowest bits, one is enough.
struct RowRange {
  int first, count;
  int shift = 0;  // codes that differ in so many lowest bits alone have equal rows

  __host__ __device__ int distinct() const { return count >> shift; }  // at least 2
};

// The smallest range that holds the codes from `low` to `high`.
inline RowRange rowRange(int low, int high, int rowShift) {
  int count = 2;
  while (low / count != high / count) count *= 2;
  while (count >> rowShift < 2) --rowShift;
  return {low / count * count, count, rowShift};
}

// Codes in images [N][C][Hp][Wp], or in whatever strides say: no matrix of patches is made. In bytes.
struct CodePlaces {
  const uint8_t* codes;
  const int32_t* taps;  // [taps] of a tap, from its position
  int64_t imageStride;
  int64_t groupStride;          // from a group's first channel to the next one's
  int32_t outPlane, outWidth;   // positions of an image, and of a row of them
  int32_t rowStep, columnStep;  // from a position to that of the next row or column
  int32_t origin;               // of an image's first position

#if defined(__CUDACC__) || defined(APPROXTORCH_CUDA_EMULATED)
  // Of a position in group 0, from `codes`.
  __device__ int64_t of(int32_t position) const {
    const int32_t image = position / outPlane, inImage = position % outPlane;
    return image * imageStride + origin + int64_t{inImage / outWidth} * rowStep +
           inImage % outWidth * columnStep;
  }
#endif
};

struct GemmOperands {
  GemmShape shape;
  DeviceTable table;
  RowRange rows;
  CodePlaces places;
  const uint8_t* weights;  // columns of the table: [groups·outputs][taps]
};

}  // namespace approxtorch::cuda
