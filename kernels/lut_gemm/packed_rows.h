// The packed-rows kernel. A tap's products with a tile of outputs lie side by side, a row per code, so one
// shared read of 128 bits looks eight products up, without bank conflicts if a row is 128 bytes. Row tables
// arrive by asynchronous copies, codes through registers, while earlier ones are used.
#pragma once

#include <cuda_pipeline_primitives.h>
#include <cuda_runtime.h>

#include <cstdint>

#include "../dynamic_shared.h"
#include "epilogue.h"
#include "tiling.h"

namespace approxtorch::cuda {

struct PackedRowsArguments {
  GemmShape shape;
  CodePlaces places;
  const int16_t* rowTables;
  int rows;  // distinct ones
  int rowShift;
  int stages;
  int parts;
  int32_t pairsPerPart;
  int32_t* partials;  // [parts][groups][positions][outputs]; null: the epilogue takes the sums
};

// Adds the products of two taps, two outputs each, to these outputs' sums.
__device__ __forceinline__ void addProducts(unsigned first, unsigned second, int& even, int& odd) {
  constexpr int kOnes = 0x0101, kLowHalves = 0x5410, kHighHalves = 0x7632;
  even = __dp2a_lo(static_cast<int>(__byte_perm(first, second, kLowHalves)), kOnes, even);
  odd = __dp2a_lo(static_cast<int>(__byte_perm(first, second, kHighHalves)), kOnes, odd);
}

// Gathers the codes of a block's positions, pair of taps by pair, four positions to a word.
template <int kTile, int kThreads>
class CodeLoader {
 public:
  static constexpr int kWords = (kTile / 4 + kThreads - 1) / kThreads;  // of a thread, for one tap

  __device__ CodeLoader(const PackedRowsArguments& arguments, int32_t m0, int32_t group)
      : taps_(arguments.places.taps),
        lastTap_(arguments.shape.taps - 1),
        rowMask_(maskOf(arguments.rows)),
        rowShift_(arguments.rowShift) {
    const CodePlaces& places = arguments.places;
    const int64_t start = places.of(m0);
    codes_ = places.codes + group * places.groupStride + start;
#pragma unroll
    for (int i = 0; i < kWords; ++i) {
      const int word = static_cast<int>(threadIdx.x) + i * kThreads;
#pragma unroll
      for (int j = 0; j < 4; ++j) {
        // Positions beyond the last read its codes, and are not written.
        from_[i][j] =
            static_cast<int32_t>(places.of(min(m0 + 4 * word + j, arguments.shape.positions - 1)) - start);
      }
    }
  }

  // Begins to read the codes of a pair of taps. A tap beyond the last reads its codes: its rows are zeros.
  __device__ void read(int32_t pair) {
    const int32_t first = __ldg(taps_ + min(2 * pair, lastTap_));
    const int32_t second = __ldg(taps_ + min(2 * pair + 1, lastTap_));
#pragma unroll
    for (int i = 0; i < kWords; ++i) {
      if (!inside(i)) continue;
      words_[0][i] = gather(i, first);
      words_[1][i] = gather(i, second);
    }
  }

  // to: [2][kTile] rows, relative to the table's first one.
  __device__ void write(unsigned char* to) const {
#pragma unroll
    for (int i = 0; i < kWords; ++i) {
      if (!inside(i)) continue;
      const int word = static_cast<int>(threadIdx.x) + i * kThreads;
#pragma unroll
      for (int tap = 0; tap < 2; ++tap) {
        reinterpret_cast<unsigned*>(to + tap * kTile)[word] = words_[tap][i] >> rowShift_ & rowMask_;
      }
    }
  }

 private:
  __device__ static unsigned maskOf(int rows) { return (static_cast<unsigned>(rows) - 1) * 0x01010101u; }
  __device__ static bool inside(int i) {
    return kTile / 4 % kThreads == 0 || static_cast<int>(threadIdx.x) + i * kThreads < kTile / 4;
  }
  __device__ unsigned gather(int i, int32_t tap) const {
    unsigned word = 0;
#pragma unroll
    for (int j = 0; j < 4; ++j) word |= static_cast<unsigned>(__ldg(codes_ + (from_[i][j] + tap))) << (8 * j);
    return word;
  }

  const uint8_t* codes_;  // of the block's first position
  const int32_t* taps_;
  int32_t lastTap_;
  unsigned rowMask_;
  int rowShift_;
  int32_t from_[kWords][4];
  unsigned words_[2][kWords];
};

// Eight sums of one position, to partials of which `to` is the first one's.
__device__ __forceinline__ void storePartials(const GemmShape& shape, int32_t n,
                                              const int (&sums)[kOutputsPerThread], int32_t* to) {
  if (shape.outputs % 4 == 0 && n + kOutputsPerThread <= shape.outputs) {
    reinterpret_cast<int4*>(to)[0] = make_int4(sums[0], sums[1], sums[2], sums[3]);
    reinterpret_cast<int4*>(to)[1] = make_int4(sums[4], sums[5], sums[6], sums[7]);
  } else {
#pragma unroll
    for (int j = 0; j < kOutputsPerThread; ++j) {
      if (n + j < shape.outputs) to[j] = sums[j];
    }
  }
}

// Hands a block's sums to the epilogue, by way of shared memory: threads compute sums of neighbouring
// outputs, and finish neighbouring positions. Four positions of each thread at a time.
template <int kColumns, int kThreads, int kPositions>
__device__ __forceinline__ void finishTile(const GemmShape& shape, int32_t group, int32_t m0,
                                           const int (&acc)[kPositions][kOutputsPerThread],
                                           const Epilogue<int32_t>& epilogue) {
  constexpr int kChunks = kColumns / kOutputsPerThread;
  constexpr int kWidth = kThreads / kChunks * 4, kPitch = kWidth + 1;  // odd: fewer threads meet in a bank
  static_assert(kThreads % kWidth == 0 || kWidth % kThreads == 0, "all threads have as many positions");
  auto* const sums = reinterpret_cast<int*>(dynamicShared());  // [kColumns][kPitch]
  const int thread = static_cast<int>(threadIdx.x);
  const int chunk = thread % kChunks, of = thread / kChunks;
  const int32_t n0 = static_cast<int32_t>(blockIdx.y) * kColumns;
  const int outputs = min(kColumns, shape.outputs - n0);
#pragma unroll
  for (int pass = 0; pass < kPositions / 4; ++pass) {
    __syncthreads();
#pragma unroll
    for (int r = 0; r < 4; ++r) {
#pragma unroll
      for (int j = 0; j < kOutputsPerThread; ++j) {
        sums[(chunk * kOutputsPerThread + j) * kPitch + of * 4 + r] = acc[pass * 4 + r][j];
      }
    }
    __syncthreads();
    for (int p = thread % kWidth; p < kWidth; p += kThreads) {
      const int32_t m = m0 + p / 4 * kPositions + pass * 4 + p % 4;
      if (m >= shape.positions) continue;
      const auto place = epilogue.place(m);
      for (int n = thread / kWidth; n < outputs; n += (kThreads + kWidth - 1) / kWidth) {
        const int32_t output = group * shape.outputs + n0 + n;
        epilogue.store(epilogue.value(sums[n * kPitch + p], place, output), place, output);
      }
    }
  }
}

// One block per tile of positions (x), tile of outputs (y), group and part of the taps (z).
template <int kColumns, int kThreads, int kPositions>
__global__ void __launch_bounds__(kThreads, 1)
    packedRowsSums(PackedRowsArguments arguments, Epilogue<int32_t> epilogue) {
  constexpr int kChunks = kColumns / kOutputsPerThread;  // of 16 bytes, in a row
  constexpr int kTile = kThreads / kChunks * kPositions;
  const GemmShape shape = arguments.shape;
  const int thread = static_cast<int>(threadIdx.x);
  const int32_t m0 = static_cast<int32_t>(blockIdx.x) * kTile;
  const int32_t part = static_cast<int32_t>(blockIdx.z) % arguments.parts;
  const int32_t group = static_cast<int32_t>(blockIdx.z) / arguments.parts;
  const int tableChunks = 2 * arguments.rows * kChunks;
  const int32_t allPairs = (shape.taps + 1) / 2, firstPair = part * arguments.pairsPerPart;
  const int pairs = min(arguments.pairsPerPart, allPairs - firstPair);
  const auto* tables = reinterpret_cast<const uint4*>(arguments.rowTables) +
                       ((int64_t{group} * gridDim.y + blockIdx.y) * allPairs + firstPair) * tableChunks;
  unsigned char* const shared = dynamicShared();
  unsigned char* const codes = shared + arguments.stages * tableChunks * 16;  // [2][2][kTile]

  const int slotBytes = tableChunks * 16, allSlots = arguments.stages * slotBytes;
  const auto nextSlot = [&](int at) { return at + slotBytes == allSlots ? 0 : at + slotBytes; };
  // Asks for the tables of a pair of taps, into the slot at that offset.
  const auto request = [&](int pair, int at) {
    if (pair < pairs) {
      const uint4* from = tables + int64_t{pair} * tableChunks;
      for (int i = thread; i < tableChunks; i += kThreads)
        __pipeline_memcpy_async(shared + at + i * 16, from + i, 16);
    }
    __pipeline_commit();  // also if empty: waiting counts commits
  };

  CodeLoader<kTile, kThreads> loader(arguments, m0, group);
  const int chunk = thread % kChunks, first = thread / kChunks * kPositions;
  int acc[kPositions][kOutputsPerThread] = {};
  int requestAt = 0, useAt = 0;
  for (int pair = 0; pair < arguments.stages - 1; ++pair) {
    request(pair, requestAt);
    requestAt = nextSlot(requestAt);
  }
  loader.read(firstPair);
  loader.write(codes);
  for (int pair = 0; pair < pairs; ++pair) {
    __pipeline_wait_prior(arguments.stages - 2);
    __syncthreads();  // the pair's tables and codes are everyone's, and nobody uses those of the pair before
    request(pair + arguments.stages - 1, requestAt);
    if (pair + 1 < pairs) loader.read(firstPair + pair + 1);
    const auto* firstRows = reinterpret_cast<const uint4*>(shared + useAt) + chunk;
    const uint4* secondRows = firstRows + tableChunks / 2;
    const auto* firstCodes = reinterpret_cast<const unsigned*>(codes + pair % 2 * 2 * kTile + first);
    const unsigned* secondCodes = firstCodes + kTile / 4;
    requestAt = nextSlot(requestAt);
    useAt = nextSlot(useAt);
    unsigned firstWords[kPositions / 4], secondWords[kPositions / 4];
#pragma unroll
    for (int i = 0; i < kPositions / 4; ++i) {
      firstWords[i] = firstCodes[i];
      secondWords[i] = secondCodes[i];
    }
#pragma unroll
    for (int r = 0; r < kPositions; ++r) {
      const unsigned a = __byte_perm(firstWords[r / 4], 0, 0x4440 | r % 4);
      const unsigned b = __byte_perm(secondWords[r / 4], 0, 0x4440 | r % 4);
      const uint4 x = firstRows[a * kChunks], y = secondRows[b * kChunks];
      addProducts(x.x, y.x, acc[r][0], acc[r][1]);
      addProducts(x.y, y.y, acc[r][2], acc[r][3]);
      addProducts(x.z, y.z, acc[r][4], acc[r][5]);
      addProducts(x.w, y.w, acc[r][6], acc[r][7]);
    }
    if (pair + 1 < pairs) loader.write(codes + (pair + 1) % 2 * 2 * kTile);
  }

  if (arguments.partials == nullptr) {
    finishTile<kColumns, kThreads, kPositions>(shape, group, m0, acc, epilogue);
  } else {
    const int32_t n = static_cast<int32_t>(blockIdx.y) * kColumns + chunk * kOutputsPerThread;
    const int64_t row = (int64_t{part} * shape.groups + group) * shape.positions;
#pragma unroll
    for (int r = 0; r < kPositions; ++r) {
      if (m0 + first + r < shape.positions) {
        storePartials(shape, n, acc[r], arguments.partials + (row + m0 + first + r) * shape.outputs + n);
      }
    }
  }
}

}  // namespace approxtorch::cuda
