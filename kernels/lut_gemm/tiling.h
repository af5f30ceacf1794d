// How the packed-rows kernel cuts a product up. Plain C++: no device is needed to choose.
#pragma once

#include <algorithm>
#include <cstdint>

#include "../ceil_divide.h"
#include "../device_traits.h"
#include "problem.h"

namespace approxtorch::cuda {

constexpr int kOutputsPerThread = 8;  // one shared read of 128 bits
constexpr int kMostPairsOfPart = 32768;
static_assert(int64_t{2} * kMostPairsOfPart * INT16_MIN >= INT32_MIN, "a part's sums fit 32 bits");

// A block computes `columns` outputs of tilePositions() positions over one part of the taps, two taps at a
// time; the tables and codes of `stages` pairs of taps are in shared memory or on their way to it.
struct Tiling {
  int columns;             // 16, 32 or 64
  int threads;             // 256 or 512
  int positionsPerThread;  // 4 or 12
  int stages;
  int parts;
  int pairsPerPart;  // the last part may have fewer
};

inline int tilePositions(const Tiling& tiling) {
  return tiling.threads / (tiling.columns / kOutputsPerThread) * tiling.positionsPerThread;
}
inline int64_t tapPairs(const GemmShape& shape) { return ceilDivide(shape.taps, 2); }
inline int64_t columnTiles(const GemmShape& shape, const Tiling& tiling) {
  return ceilDivide(shape.outputs, tiling.columns);
}
inline int pairTableBytes(int rows, int columns) {
  return 2 * rows * columns * static_cast<int>(sizeof(int16_t));
}
// Shared memory of a block with that many stages: their tables, and the codes of two pairs; or in their place
// the sums of four positions of each thread.
inline int sharedBytesOf(int rows, const Tiling& tiling, int stages) {
  const int sums = tiling.columns * (4 * tiling.threads / (tiling.columns / kOutputsPerThread) + 1) * 4;
  return std::max(sums, stages * pairTableBytes(rows, tiling.columns) + 4 * tilePositions(tiling));
}
// The most stages, up to `most`, for which a block may have the memory; 0 where there are none.
inline int stagesThatFit(int rows, const Tiling& tiling, int most, const DeviceTraits& device) {
  while (most > 0 && sharedBytesOf(rows, tiling, most) > device.sharedBytes) --most;
  return most;
}
inline int stageBytes(int rows, const Tiling& tiling) {
  return pairTableBytes(rows, tiling.columns) + 2 * tilePositions(tiling);
}

// Device memory for the row tables, which depend on the weights, `rows` and `columns` only.
inline int64_t rowTableBytes(const GemmShape& shape, int rows, const Tiling& tiling) {
  return shape.groups * columnTiles(shape, tiling) * tapPairs(shape) * pairTableBytes(rows, tiling.columns);
}
// Device memory for the sums of the parts: none if the kernel writes the results itself.
inline int64_t partialBytes(const GemmShape& shape, const Tiling& tiling, bool wideSums) {
  if (tiling.parts == 1 && !wideSums) return 0;
  return int64_t{tiling.parts} * shape.groups * shape.positions * shape.outputs *
         static_cast<int64_t>(sizeof(int32_t));
}

// Estimates, in clocks, for choices only. The constants are fitted to the times of bench/gpu on an H200,
// which they meet within 13 % (root of the mean square).
namespace estimate {

constexpr double kGatherRate = 6.4;  // lookups per clock and multiprocessor, with enough blocks
constexpr double kGatherRateOfBlock = 5.4;
constexpr double kColumnsRate = 5.4, kColumnsLaunch = 40000;
constexpr double kStreamRate = 45;     // bytes of tables and codes per clock and multiprocessor
constexpr double kPartialsRate = 6.3;  // bytes of partial sums per clock and multiprocessor
constexpr double kBarrier = 440, kLaunch = 17000;

inline double packedRate(const Tiling& tiling) {
  // Narrow rows share banks: serialisation of random rows.
  const double conflicts = tiling.columns == 64 ? 1 : tiling.columns == 32 ? 1.3 : 1.55;
  return (tiling.threads == 512 ? 39 : 36) / conflicts;
}

inline double packedRows(const GemmShape& shape, int rows, const Tiling& tiling, const DeviceTraits& device) {
  const auto blocks = ceilDivide(shape.positions, tilePositions(tiling)) * columnTiles(shape, tiling) *
                      tiling.parts * shape.groups;
  const double lookups = 2.0 * tilePositions(tiling) * tiling.columns;
  const double pair =
      std::max(lookups / packedRate(tiling), stageBytes(rows, tiling) / kStreamRate) + kBarrier;
  const auto rounds = static_cast<double>(ceilDivide(blocks, device.multiprocessors));
  double clocks = kLaunch + rounds * tiling.pairsPerPart * pair;
  if (tiling.parts > 1) {
    const double bytes = static_cast<double>(partialBytes(shape, tiling, false));
    clocks += kLaunch + 2 * bytes / kPartialsRate / device.multiprocessors;
  }
  return clocks;
}

inline double columns(const GemmShape& shape, int rows, const DeviceTraits& device) {
  constexpr int64_t kPositions = 64, kOutputs = 8;
  const auto tiles =
      ceilDivide(shape.positions, kPositions) * ceilDivide(shape.outputs, kOutputs) * shape.groups;
  const auto rounds = static_cast<double>(ceilDivide(tiles, device.multiprocessors));
  const double lookups = static_cast<double>(kPositions * kOutputs) * static_cast<double>(shape.taps);
  return kColumnsLaunch + rows * 512 / kStreamRate + rounds * lookups / kColumnsRate;
}

inline double gather(const GemmShape& shape, const DeviceTraits& device) {
  const auto blocks = ceilDivide(shape.positions, 64) * ceilDivide(shape.outputs, 64) * shape.groups;
  const auto rounds = static_cast<double>(ceilDivide(blocks, device.multiprocessors));
  const double lookups = 64.0 * 64.0 * static_cast<double>(shape.taps) * rounds;
  return kLaunch + lookups / std::min(kGatherRate, kGatherRateOfBlock * rounds);
}

}  // namespace estimate

// The fastest tiling by estimate. Its `columns` depend on the outputs, `rows` and the device only, so that
// the row tables of a layer serve all batch sizes.
inline Tiling chooseTiling(const GemmShape& shape, int rows, const DeviceTraits& device) {
  constexpr int kVariants[][2] = {{512, 12}, {256, 12}, {256, 4}};
  constexpr int kMostStages = 4, kMostParts = 64, kFewestStages = 2;
  const auto pairs = tapPairs(shape);
  int columns = shape.outputs > 32 ? 64 : shape.outputs > 16 ? 32 : 16;
  const auto smallest = [&] { return sharedBytesOf(rows, {columns, 256, 4, 0, 0, 0}, kFewestStages); };
  while (columns > 16 && device.sharedBytes < smallest()) columns /= 2;
  Tiling best{};
  double bestClocks = 0;
  for (const auto& [threads, positionsPerThread] : kVariants) {
    Tiling tiling{columns, threads, positionsPerThread, 0, 0, 0};
    tiling.stages = stagesThatFit(rows, tiling, kMostStages, device);
    if (tiling.stages < kFewestStages) continue;
    const int64_t fewest = ceilDivide(pairs, kMostPairsOfPart);
    for (int64_t parts = fewest; parts == fewest || (parts <= kMostParts && parts <= pairs); ++parts) {
      tiling.pairsPerPart = static_cast<int>(ceilDivide(pairs, parts));
      tiling.parts = static_cast<int>(ceilDivide(pairs, tiling.pairsPerPart));
      const double clocks = estimate::packedRows(shape, rows, tiling, device);
      if (best.stages == 0 || clocks < bestClocks) {
        best = tiling;
        bestClocks = clocks;
      }
    }
  }
  return best;
}

// Whether packed rows are worth their tables, given that the table fits 16 bits and the row tables exist.
inline bool prefersPackedRows(const GemmShape& shape, int rows, const DeviceTraits& device) {
  return estimate::packedRows(shape, rows, chooseTiling(shape, rows, device), device) <
         estimate::gather(shape, device);
}

}  // namespace approxtorch::cuda
