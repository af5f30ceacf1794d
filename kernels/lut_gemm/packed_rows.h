// The packed-rows kernel. A tap's products with a tile of outputs lie side by side, a row per code, so one
// shared read of 128 bits looks eight products up, without bank conflicts if a row is 128 bytes. Row tables
// and codes arrive by asynchronous copies while earlier ones are used.
#pragma once

#include <cuda_pipeline_primitives.h>
#include <cuda_runtime.h>

#include <cstdint>

#include "dynamic_shared.h"
#include "tiling.h"

namespace approxtorch::cuda {

struct PackedRowsArguments {
  GemmShape shape;
  const uint8_t* codes;
  int64_t codeStride;
  const int16_t* rowTables;
  int rows;
  int stages;
  int64_t pairsPerPart;
  int32_t constant;  // added to each sum
  int32_t* sums;     // [parts][positions][outputs]
};

// Adds the products of two taps, two outputs each, to these outputs' sums.
__device__ __forceinline__ void addProducts(unsigned first, unsigned second, int& even, int& odd) {
  constexpr int kOnes = 0x0101, kLowHalves = 0x5410, kHighHalves = 0x7632;
  even = __dp2a_lo(static_cast<int>(__byte_perm(first, second, kLowHalves)), kOnes, even);
  odd = __dp2a_lo(static_cast<int>(__byte_perm(first, second, kHighHalves)), kOnes, odd);
}

// One block per tile of positions (x), tile of outputs (y) and part of the taps (z).
template <int kColumns, int kThreads, int kPositions>
__global__ void __launch_bounds__(kThreads) packedRowsSums(PackedRowsArguments arguments) {
  constexpr int kChunks = kColumns / kOutputsPerThread;  // of 16 bytes, in a row
  constexpr int kTile = kThreads / kChunks * kPositions;
  constexpr int kCodeChunks = kTile / 16;
  const GemmShape shape = arguments.shape;
  const int thread = static_cast<int>(threadIdx.x);
  const int64_t m0 = int64_t{blockIdx.x} * kTile;
  const int tableChunks = 2 * arguments.rows * kChunks;
  const int slotBytes = tableChunks * 16 + 2 * kTile;
  const int64_t allPairs = (shape.taps + 1) / 2, firstPair = blockIdx.z * arguments.pairsPerPart;
  const int pairs = static_cast<int>(allPairs - firstPair < arguments.pairsPerPart ? allPairs - firstPair
                                                                                   : arguments.pairsPerPart);
  const auto* tables =
      reinterpret_cast<const uint4*>(arguments.rowTables) + (blockIdx.y * allPairs + firstPair) * tableChunks;
  unsigned char* const shared = dynamicShared();

  const int allSlots = arguments.stages * slotBytes;
  const auto nextSlot = [&](int at) { return at + slotBytes == allSlots ? 0 : at + slotBytes; };
  // Asks for the tables and codes of a pair of taps, into the slot at that offset. Codes beyond the last tap
  // or position stay what they were: they meet rows of zeros, or give sums that are not written.
  const auto request = [&](int pair, int at) {
    if (pair < pairs) {
      unsigned char* slot = shared + at;
      const uint4* from = tables + int64_t{pair} * tableChunks;
      for (int i = thread; i < tableChunks; i += kThreads)
        __pipeline_memcpy_async(slot + i * 16, from + i, 16);
      slot += tableChunks * 16;
      for (int i = thread; i < 2 * kCodeChunks; i += kThreads) {
        const int64_t tap = 2 * (firstPair + pair) + i / kCodeChunks, m = m0 + i % kCodeChunks * 16;
        if (tap < shape.taps && m < shape.positions) {
          __pipeline_memcpy_async(slot + i * 16, arguments.codes + tap * arguments.codeStride + m, 16);
        }
      }
    }
    __pipeline_commit();  // also if empty: waiting counts commits
  };

  const int chunk = thread % kChunks, group = thread / kChunks;
  const unsigned mask = (static_cast<unsigned>(arguments.rows) - 1) * 0x01010101u;
  int acc[kPositions][kOutputsPerThread] = {};
  int requestAt = 0, useAt = 0;
  for (int pair = 0; pair < arguments.stages - 1; ++pair) {
    request(pair, requestAt);
    requestAt = nextSlot(requestAt);
  }
  for (int pair = 0; pair < pairs; ++pair) {
    __pipeline_wait_prior(arguments.stages - 2);
    __syncthreads();  // the pair's copies are everyone's, and nobody uses the slot of the pair before any
                      // more
    request(pair + arguments.stages - 1, requestAt);
    const unsigned char* slot = shared + useAt;
    requestAt = nextSlot(requestAt);
    useAt = nextSlot(useAt);
    const auto* first = reinterpret_cast<const uint4*>(slot) + chunk;
    const uint4* second = first + tableChunks / 2;
    const auto* firstCodes = reinterpret_cast<const unsigned*>(slot + tableChunks * 16 + group * kPositions);
    const unsigned* secondCodes = firstCodes + kTile / 4;
    unsigned firstWords[kPositions / 4], secondWords[kPositions / 4];
#pragma unroll
    for (int i = 0; i < kPositions / 4; ++i) {
      firstWords[i] = firstCodes[i] & mask;
      secondWords[i] = secondCodes[i] & mask;
    }
#pragma unroll
    for (int r = 0; r < kPositions; ++r) {
      const unsigned a = __byte_perm(firstWords[r / 4], 0, 0x4440 | r % 4);
      const unsigned b = __byte_perm(secondWords[r / 4], 0, 0x4440 | r % 4);
      const uint4 x = first[a * kChunks], y = second[b * kChunks];
      addProducts(x.x, y.x, acc[r][0], acc[r][1]);
      addProducts(x.y, y.y, acc[r][2], acc[r][3]);
      addProducts(x.z, y.z, acc[r][4], acc[r][5]);
      addProducts(x.w, y.w, acc[r][6], acc[r][7]);
    }
  }

  const int64_t n = int64_t{blockIdx.y} * kColumns + chunk * kOutputsPerThread;
  const bool whole = shape.outputs % 4 == 0 && n + kOutputsPerThread <= shape.outputs;
  const auto add = static_cast<unsigned>(arguments.constant);
#pragma unroll
  for (int r = 0; r < kPositions; ++r) {
    const int64_t m = m0 + group * kPositions + r;
    if (m >= shape.positions) continue;
    int32_t* to = arguments.sums + (blockIdx.z * shape.positions + m) * shape.outputs + n;
#pragma unroll
    for (int j = 0; j < kOutputsPerThread; ++j)
      acc[r][j] = static_cast<int>(static_cast<unsigned>(acc[r][j]) + add);
    if (whole) {
      reinterpret_cast<int4*>(to)[0] = make_int4(acc[r][0], acc[r][1], acc[r][2], acc[r][3]);
      reinterpret_cast<int4*>(to)[1] = make_int4(acc[r][4], acc[r][5], acc[r][6], acc[r][7]);
    } else {
#pragma unroll
      for (int j = 0; j < kOutputsPerThread; ++j) {
        if (n + j < shape.outputs) to[j] = acc[r][j];
      }
    }
  }
}

}  // namespace approxtorch::cuda
