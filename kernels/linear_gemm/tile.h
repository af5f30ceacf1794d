// How a block of threads cuts up its part of a matrix product.
#pragma once

#include <cuda_runtime.h>

namespace approxtorch::cuda {

// A block computes rows × columns sums, `depth` terms at a time; a thread computes threadRows neighbouring
// rows of threadColumns columns, which are neighbours in fours. resident: blocks that a multiprocessor is to
// hold at once, for which the compiler saves registers; 0: as many as fit.
template <int rows, int columns, int depth, int threadRows, int threadColumns, int resident = 0>
struct Tile {
  static constexpr int kRows = rows, kColumns = columns, kDepth = depth;
  static constexpr int kThreadRows = threadRows, kThreadColumns = threadColumns;
  static constexpr int kResident = resident;
  static constexpr int kQuads = threadColumns / 4;
  static constexpr int kQuadStride = columns / kQuads;  // columns from one of a thread's fours to the next
  static constexpr int kThreadsAcross = columns / threadColumns;
  static constexpr int kThreads = kThreadsAcross * (rows / threadRows);
  static_assert(rows % threadRows == 0 && columns % threadColumns == 0 && threadColumns % 4 == 0);
  static_assert(threadRows == 2 || threadRows % 4 == 0, "rows are read in twos or fours");
  static_assert(kThreads % 32 == 0 && kThreads <= 256);

  static __device__ int firstRow() { return static_cast<int>(threadIdx.x) / kThreadsAcross * kThreadRows; }
  static __device__ int firstColumn() { return static_cast<int>(threadIdx.x) % kThreadsAcross * 4; }
};

// The elements of a factor's part [extent][depth] that a thread copies to shared memory.
template <int extent, int depth, int threads>
struct Slots {
  static constexpr int kCount = (extent * depth + threads - 1) / threads;

  // Neighbouring threads take neighbours along the depth (depthFirst), else along the extent.
  static __device__ void find(int slot, bool depthFirst, int& at, int& k) {
    const int i = static_cast<int>(threadIdx.x) + slot * threads;
    at = depthFirst ? i / depth : i % extent;
    k = depthFirst ? i % depth : i / extent;
  }
  static __device__ bool exists(int slot) {
    return extent * depth % threads == 0 || static_cast<int>(threadIdx.x) + slot * threads < extent * depth;
  }
};

}  // namespace approxtorch::cuda
