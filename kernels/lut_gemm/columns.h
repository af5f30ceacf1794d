// The columns kernel: the whole table lies in shared memory, column by column, and the lanes of a warp look
// one weight's products with 32 codes up. Random codes meet in the banks 2.8 times on average; nothing is
// built for the weights, so it suits layers of few positions.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "../dynamic_shared.h"
#include "epilogue.h"
#include "problem.h"

namespace approxtorch::cuda {

constexpr int kColumnsThreads = 512, kColumnsTaps = 32;  // taps: whose codes and weights are read at a time

// How the warps of a block share its tile: groups of 32 positions, of kOutputs outputs, and parts of the
// taps.
template <int kPositionGroups, int kOutputGroups, int kTapParts, int kOutputs>
struct ColumnsTile {
  static_assert(kPositionGroups * kOutputGroups * kTapParts * 32 == kColumnsThreads);
  static constexpr int kPositions = 32 * kPositionGroups, kAllOutputs = kOutputGroups * kOutputs;
  static constexpr int kCodeBytes = kColumnsTaps * kPositions, kWeightBytes = kColumnsTaps * kAllOutputs;
  static constexpr int kSumBytes = (kTapParts - 1) * kPositions * kAllOutputs * 4;
  static constexpr int sharedBytes(int rows) { return rows * 512 + kCodeBytes + kWeightBytes + kSumBytes; }

  int warp, lane, positions, outputs, taps;  // the last three: numbers of this warp's group or part

  __device__ explicit ColumnsTile(int thread)
      : warp(thread / 32),
        lane(thread % 32),
        positions(warp % kPositionGroups),
        outputs(warp / kPositionGroups % kOutputGroups),
        taps(warp / kPositionGroups / kOutputGroups) {}
};

// Blocks take tile after tile: of positions, then of outputs, then groups.
template <int kPositionGroups, int kOutputGroups, int kTapParts, int kOutputs>
__global__ void __launch_bounds__(kColumnsThreads, 1)
    columnsSums(GemmOperands operands, Epilogue<int32_t> epilogue) {
  using Tile = ColumnsTile<kPositionGroups, kOutputGroups, kTapParts, kOutputs>;
  static_assert(kOutputs == 4, "the weights of a tap are read as one word");
  const GemmShape shape = operands.shape;
  const int thread = static_cast<int>(threadIdx.x), rows = operands.rows.count;
  const Tile tile(thread);
  auto* const table = reinterpret_cast<int16_t*>(dynamicShared());  // [weights][rows]
  uint8_t* const codes = dynamicShared() + rows * 512;              // [taps][positions]
  uint8_t* const weights = codes + Tile::kCodeBytes;                // [taps][outputs]
  auto* const sums = reinterpret_cast<int*>(weights + Tile::kWeightBytes);
  for (int i = thread; i < rows * 128; i += kColumnsThreads) {  // pairs of rows
    const int column = i / (rows / 2), pair = i % (rows / 2);
    reinterpret_cast<unsigned*>(table)[i] = __ldg(
        reinterpret_cast<const unsigned*>(operands.table.columnsOf + column * 256 + operands.rows.first) +
        pair);
  }
  const int32_t positionTiles = (shape.positions + Tile::kPositions - 1) / Tile::kPositions;
  const int32_t outputTiles = (shape.outputs + Tile::kAllOutputs - 1) / Tile::kAllOutputs;
  const int32_t tiles = positionTiles * outputTiles * shape.groups;
  for (int32_t at = static_cast<int32_t>(blockIdx.x); at < tiles; at += static_cast<int32_t>(gridDim.x)) {
    const int32_t m0 = at % positionTiles * Tile::kPositions;
    const int32_t n0 = at / positionTiles % outputTiles * Tile::kAllOutputs;
    const int32_t group = at / positionTiles / outputTiles;
    // Positions beyond the last read its codes, and are not written.
    const int32_t own = min(m0 + thread % Tile::kPositions, shape.positions - 1);
    const uint8_t* const from =
        operands.places.codes + group * operands.places.groupStride + operands.places.of(own);
    const uint8_t* const groupWeights = operands.weights + int64_t{group} * shape.outputs * shape.taps;
    int acc[kOutputs] = {};
    for (int32_t k0 = 0; k0 < shape.taps; k0 += kColumnsTaps) {
      const int taps = min(shape.taps - k0, kColumnsTaps);
      __syncthreads();  // the table is there, and nobody uses the codes before any more
      for (int k = thread / Tile::kPositions; k < taps; k += kColumnsThreads / Tile::kPositions) {
        codes[k * Tile::kPositions + thread % Tile::kPositions] =
            static_cast<uint8_t>(from[__ldg(operands.places.taps + k0 + k)] - operands.rows.first);
      }
      for (int i = thread; i < taps * Tile::kAllOutputs; i += kColumnsThreads) {
        const int32_t n = min(n0 + i / taps, shape.outputs - 1);
        weights[i % taps * Tile::kAllOutputs + i / taps] =
            groupWeights[int64_t{n} * shape.taps + k0 + i % taps];
      }
      __syncthreads();
#pragma unroll 4
      for (int k = tile.taps; k < taps; k += kTapParts) {
        const int code = codes[k * Tile::kPositions + tile.positions * 32 + tile.lane] & (rows - 1);
        const auto columns =
            *reinterpret_cast<const uint32_t*>(weights + k * Tile::kAllOutputs + tile.outputs * kOutputs);
#pragma unroll
        for (int j = 0; j < kOutputs; ++j) acc[j] += table[(columns >> (8 * j) & 255) * rows + code];
      }
    }
    const int inTile = (tile.positions * 32 + tile.lane) * Tile::kAllOutputs + tile.outputs * kOutputs;
    constexpr int kTileSums = Tile::kPositions * Tile::kAllOutputs;
    if (kTapParts > 1) {
      if (tile.taps > 0) {
        for (int j = 0; j < kOutputs; ++j) sums[(tile.taps - 1) * kTileSums + inTile + j] = acc[j];
      }
      __syncthreads();
      for (int part = 1; part < kTapParts && tile.taps == 0; ++part) {
        for (int j = 0; j < kOutputs; ++j) acc[j] += sums[(part - 1) * kTileSums + inTile + j];
      }
    }
    const int32_t m = m0 + tile.positions * 32 + tile.lane;
    if (tile.taps > 0 || m >= shape.positions) continue;
    const auto place = epilogue.place(m);
    for (int j = 0; j < kOutputs; ++j) {
      const int32_t n = n0 + tile.outputs * kOutputs + j, output = group * shape.outputs + n;
      if (n < shape.outputs) epilogue.store(epilogue.value(acc[j], place, output), place, output);
    }
  }
}

}  // namespace approxtorch::cuda
