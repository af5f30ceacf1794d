#include <algorithm>

#include "../../native/spec/operands.h"
#include "../dynamic_shared.h"
#include "../launch.h"
#include "quad_tables.h"
#include "weight_gradient.h"

namespace approxtorch::cuda {
namespace {

constexpr int kBlockThreads = 768;
constexpr int kWarps = kBlockThreads / kWarp;
constexpr int kStep = kBlockThreads / kSlots;  // positions at once

int rowsOf(const TableWeightProblem& p) { return p.pairs.indexHi - p.pairs.indexLo + 1; }

// The tables; in the end the sums of all warps.
int sharedBytes(const TableWeightProblem& p, int tables) {
  return tables * std::max(rowsOf(p), kWarps) * kQuadRowBytes;
}

__global__ void findPlaces(int64_t count, TableWeightProblem p, FaultReport fault, TermPlace* places) {
  const int64_t i = globalThread();
  if (i >= count) return;
  int image, y, x;
  p.walk.find(static_cast<int>(i), image, y, x);
  y = y * p.strideH - p.padTop;
  x = x * p.strideW - p.padLeft;
  const int64_t plane = int64_t{image} * p.groups * p.groupChannels;
  places[i] = {plane * p.codePlane + p.codeOrigin + y * p.codePitch + x,
               static_cast<float>(p.pairs.of(image / p.pairs.perSet, fault).zeroIndex + p.pairs.first)};
}

struct ActivationScale {
  ActivationPairs pairs;
  FaultReport fault;
  __device__ float operator()(int64_t image) const { return pairs.of(image / pairs.perSet, fault).scale; }
};

// A position's, for the tables of a block.
template <int tables>
struct Terms {
  float4 gradients;
  float zeroPoint;
  uint8_t codes[tables];

  __device__ __forceinline__ void fetch(const TermPlace& place, const uint8_t* const (&tapCodes)[tables],
                                        const float4* packed) {
    gradients = __ldg(packed);
    zeroPoint = place.zeroPoint;
#pragma unroll
    for (int t = 0; t < tables; ++t) codes[t] = __ldg(tapCodes[t] + place.code);
  }
};

template <int tables, bool skipPadding>
__global__ void __launch_bounds__(kBlockThreads)
    sumWeightGradients(TableWeightProblem p, TableWeightTiling tiling, const float4* packed, int64_t stride,
                       const TermPlace* places, float* results) {
  const int quads = tiling.quads, octetTaps = kSlots / quads;
  const QuadTables rowTables{reinterpret_cast<float4*>(dynamicShared()),
                             p.pairs.indexHi - p.pairs.indexLo + 1, quads - 1};

  int64_t block = blockIdx.x;
  const int firstTap = static_cast<int>(block % tiling.tapTiles) * tables * octetTaps;
  block /= tiling.tapTiles;
  const int tile = static_cast<int>(block % tiling.outputTiles);
  block /= tiling.outputTiles;
  const int group = static_cast<int>(block % p.groups), part = static_cast<int>(block / p.groups);
  const int firstOutput = group * p.groupOutputs + tile * quads * kQuad;
  const int count = min(quads * kQuad, p.groupOutputs - tile * quads * kQuad);
  const int begin = part * tiling.partPositions, end = min(begin + tiling.partPositions, p.positions());

  rowTables.fill(tables, [&](int table, int slot) {
    const int k = min(firstTap + table * octetTaps + slot / quads, p.depth - 1);
    const int first = slot % quads * kQuad;
    const float* columns[kQuad];
    for (int j = 0; j < kQuad; ++j) {
      const int64_t output = firstOutput + min(first + j, count - 1);
      columns[j] = p.columns + p.indices[output * p.depth + k] * kOperands + p.pairs.indexLo;
    }
    return [=](int row) {
      return make_float4(__ldg(columns[0] + row), __ldg(columns[1] + row), __ldg(columns[2] + row),
                         __ldg(columns[3] + row));
    };
  });

  const int slot = static_cast<int>(threadIdx.x) % kSlots;
  int taps[tables];
  const uint8_t* tapCodes[tables];
  float sums[tables][kQuad];
#pragma unroll
  for (int t = 0; t < tables; ++t) {
    taps[t] = min(firstTap + t * octetTaps + slot / quads, p.depth - 1);
    tapCodes[t] = p.codes + p.tapCode(group, taps[t]);
#pragma unroll
    for (int j = 0; j < kQuad; ++j) sums[t][j] = 0.0f;
  }
  const int packedQuads = static_cast<int>(stride) / p.groups;
  const float4* gradients = packed + group * packedQuads + min(tile * quads + slot % quads, packedQuads - 1);
  __syncthreads();

  const int last = end - 1;
  const auto placeOf = [&](int position) { return TermPlace::at(places + min(position, last)); };
  const auto gradientsOf = [&](int position) { return gradients + min(position, last) * stride; };
  const auto add = [&](int position, const Terms<tables>& terms) {
    if (position > last) return;
    int image, y, x;
    if constexpr (skipPadding) p.walk.find(position, image, y, x);
#pragma unroll
    for (int t = 0; t < tables; ++t) {
      if constexpr (skipPadding) {
        const int tapY = y * p.strideH - p.padTop + p.tapY(taps[t]);
        const int tapX = x * p.strideW - p.padLeft + p.tapX(taps[t]);
        const bool inside = static_cast<unsigned>(tapY) < static_cast<unsigned>(p.height) &&
                            static_cast<unsigned>(tapX) < static_cast<unsigned>(p.width);
        if (!inside) continue;
      }
      const float4 d = rowTables.at(t, terms.codes[t] - p.pairs.indexLo, slot);
      sums[t][0] = fmaf(terms.gradients.x, d.x - terms.zeroPoint, sums[t][0]);
      sums[t][1] = fmaf(terms.gradients.y, d.y - terms.zeroPoint, sums[t][1]);
      sums[t][2] = fmaf(terms.gradients.z, d.z - terms.zeroPoint, sums[t][2]);
      sums[t][3] = fmaf(terms.gradients.w, d.w - terms.zeroPoint, sums[t][3]);
    }
  };
  // While the terms of one position are added, those of the next are on their way, and two places.
  const int start = begin + static_cast<int>(threadIdx.x) / kSlots;
  TermPlace ahead[2] = {placeOf(start), placeOf(start + kStep)};
  Terms<tables> terms[2];
#pragma unroll
  for (int i = 0; i < 2; ++i) {
    terms[i].fetch(ahead[i], tapCodes, gradientsOf(start + i * kStep));
    ahead[i] = placeOf(start + (i + 2) * kStep);
  }
  for (int position = start; position < end; position += 2 * kStep) {
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      add(position + i * kStep, terms[i]);
      terms[i].fetch(ahead[i], tapCodes, gradientsOf(position + (i + 2) * kStep));
      ahead[i] = placeOf(position + (i + 4) * kStep);
    }
  }

  // The sums of a slot's threads: first those of a warp, then the warps'.
  constexpr int kSums = tables * kSlots * kQuad;
  __syncthreads();
  auto* warpSums = reinterpret_cast<float*>(rowTables.data);  // [kWarps][kSums]
#pragma unroll
  for (int t = 0; t < tables; ++t) {
#pragma unroll
    for (int j = 0; j < kQuad; ++j) {
      float sum = sums[t][j];
      for (int lanes = kSlots; lanes < kWarp; lanes *= 2) sum += __shfl_xor_sync(kAllLanes, sum, lanes);
      if (laneOfWarp() < kSlots) {
        warpSums[static_cast<int>(threadIdx.x) / kWarp * kSums + (t * kSlots + slot) * kQuad + j] = sum;
      }
    }
  }
  __syncthreads();
  for (int i = static_cast<int>(threadIdx.x); i < kSums; i += kBlockThreads) {
    const int sumSlot = i / kQuad % kSlots;
    const int k = firstTap + i / (kSlots * kQuad) * octetTaps + sumSlot / quads;
    const int output = sumSlot % quads * kQuad + i % kQuad;
    if (k >= p.depth || output >= count) continue;
    float sum = 0.0f;
    for (int warp = 0; warp < kWarps; ++warp) sum += warpSums[warp * kSums + i];
    results[(int64_t{part} * p.outputs() + firstOutput + output) * p.depth + k] = sum;
  }
}

using Kernel = void (*)(TableWeightProblem, TableWeightTiling, const float4*, int64_t, const TermPlace*,
                        float*);

// Of as many tables as a block may have, the most first.
struct Variant {
  int tables;
  bool skipPadding;
  Kernel kernel;
};
constexpr Variant kVariants[] = {{6, false, sumWeightGradients<6, false>},
                                 {4, false, sumWeightGradients<4, false>},
                                 {2, false, sumWeightGradients<2, false>},
                                 {2, true, sumWeightGradients<2, true>}};

}  // namespace

TableWeightTiling chooseTiling(const TableWeightProblem& p, const DeviceTraits& device) {
  // Clocks of a multiprocessor, for the choice of the parts only: to fill a row of a table, to read from all
  // tables of a block at a step of positions, to store and add a sum.
  constexpr double kRow = 12, kRead = 90, kPartial = 0.02;
  TableWeightTiling tiling{};
  tiling.quads = 1;
  while (tiling.quads < kSlots && tiling.quads * kQuad < p.groupOutputs) tiling.quads *= 2;
  const int64_t octets = ceilDivide(p.depth, kSlots / tiling.quads);
  for (const Variant& variant : kVariants) {
    if (variant.skipPadding != p.skipPadding) continue;
    tiling.tables = variant.tables;
    const bool fits = sharedBytes(p, variant.tables) <= device.sharedBytes;
    if (fits && variant.tables < octets + 2) break;
  }
  tiling.outputTiles = ceilDivide(p.groupOutputs, tiling.quads * kQuad);
  tiling.tapTiles = ceilDivide(octets, tiling.tables);
  const int64_t blocks = tiling.tapTiles * tiling.outputTiles * p.groups;
  const int64_t mostParts = std::min<int64_t>(64, ceilDivide(p.positions(), kStep));
  double best = 0;
  for (int64_t parts = 1; parts <= mostParts; ++parts) {
    const int64_t positions = ceilDivide(ceilDivide(p.positions(), parts), kStep) * kStep;
    const auto waves = static_cast<double>(ceilDivide(blocks * parts, device.multiprocessors));
    const double clocks =
        waves * tiling.tables * (rowsOf(p) * kRow + static_cast<double>(positions / kStep) * kRead) +
        (parts > 1 ? kPartial * static_cast<double>(parts * p.outputs() * p.depth) : 0.0);
    if (best != 0 && clocks >= best) continue;
    best = clocks;
    tiling.partPositions = static_cast<int>(positions);
  }
  tiling.parts = static_cast<int>(ceilDivide(p.positions(), tiling.partPositions));
  return tiling;
}

void tableWeightGradient(cudaStream_t stream, const TableWeightProblem& p, const TableWeightTiling& tiling,
                         float4* packed, TermPlace* places, float* results, FaultReport fault) {
  launchEach(stream, p.positions(), findPlaces, p, fault, places);
  const GradientPacking packing = p.packing();
  launchEach(stream, packing.count(), packGradients<ActivationScale>, packing, p.gradients,
             ActivationScale{p.pairs, fault}, packed);
  const auto* variant = std::find_if(std::begin(kVariants), std::end(kVariants), [&](const Variant& v) {
    return v.tables == tiling.tables && v.skipPadding == p.skipPadding;
  });
  const int bytes = sharedBytes(p, tiling.tables);
  check(cudaFuncSetAttribute(variant->kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes),
        "the shared memory of a weight gradient");
  launch(stream, variant->kernel, {tiling.tapTiles * tiling.outputTiles * p.groups * tiling.parts},
         kBlockThreads, static_cast<size_t>(bytes), p, tiling, packed, packing.stride(), places, results);
}

}  // namespace approxtorch::cuda
