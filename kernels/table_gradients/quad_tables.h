// Tables in shared memory for products of many codes with few weights: the row of a code holds eight quads of
// floats, one for each of eight neighbouring threads, which read its 128 bytes in one pass whatever the code
// is.
#pragma once

#include <cuda_runtime.h>

#include "../warp.h"

namespace approxtorch::cuda {

constexpr int kSlots = 8;  // quads of a row
constexpr int kQuad = 4;
constexpr int kQuadRowBytes = kSlots * kQuad * static_cast<int>(sizeof(float));

struct QuadTables {
  float4* data;  // [tables][rows][kSlots]
  int rows;
  // Quads of slots that differ in these bits change places from row to row, so that threads that write the
  // rows of one slot do not meet in one bank. Threads whose slots differ in these bits must read with the
  // same code.
  int swizzle;

  __device__ __forceinline__ float4& at(int table, int row, int slot) const {
    return data[(table * rows + row) * kSlots + (slot ^ (row & swizzle))];
  }

  // quadOf(table, slot) gives a function of the row. By all threads of a block, which are whole warps.
  template <class QuadOf>
  __device__ void fill(int tables, QuadOf&& quadOf) const {
    const int warps = static_cast<int>(blockDim.x) / kWarp;
    for (int i = static_cast<int>(threadIdx.x) / kWarp; i < tables * kSlots; i += warps) {
      const auto quad = quadOf(i / kSlots, i % kSlots);
      for (int row = laneOfWarp(); row < rows; row += kWarp) at(i / kSlots, row, i % kSlots) = quad(row);
    }
  }
};

}  // namespace approxtorch::cuda
