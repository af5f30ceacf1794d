#include <algorithm>

#include "../../native/spec/operands.h"
#include "../launch.h"
#include "../lut_gemm/dynamic_shared.h"
#include "quad_tables.h"
#include "weight_gradient.h"

namespace approxtorch::cuda {
namespace {

constexpr int kBlockThreads = 512;
constexpr int kChunk = 128;                       // positions whose gradients are in shared memory
constexpr int kStep = kBlockThreads / kSlots;     // positions at once
constexpr int kStagers = kBlockThreads / kChunk;  // threads that stage a position's gradients
constexpr int kStagedQuads = kSlots / kStagers;   // of a thread

// What the terms of a position have in common.
struct alignas(16) Place {
  int64_t code;  // of the kernel's first tap in the first channel
  float zeroPoint;
  int y, x;  // of that tap
};

constexpr int kWarps = kBlockThreads / kWarp;

int rowsOf(const TableWeightProblem& p) { return p.pairs.indexHi - p.pairs.indexLo + 1; }

// The tables, and the gradients and places of a chunk; in the end the sums of all warps.
int sharedBytes(const TableWeightProblem& p, int tables, int quads) {
  const int chunk = kChunk * (quads * static_cast<int>(sizeof(float4)) + static_cast<int>(sizeof(Place)));
  return std::max(tables * rowsOf(p) * kQuadRowBytes + chunk, kWarps * tables * kQuadRowBytes);
}

// The gradients of one position on their way to shared memory, times the activations' scale.
struct StagedPosition {
  Place place;
  float4 gradients[kStagedQuads];

  __device__ void load(const TableWeightProblem& p, FaultReport fault, int position, int end, int firstOutput,
                       int count, int quads) {
    place = {0, 0.0f, 0, 0};
    for (float4& quad : gradients) quad = make_float4(0.0f, 0.0f, 0.0f, 0.0f);
    if (position >= end) return;
    int image, y, x;
    p.walk.find(position, image, y, x);
    const ActivationPairs::Pair pair = p.pairs.of(image / p.pairs.perSet, fault);
    place.y = y * p.strideH - p.padTop;
    place.x = x * p.strideW - p.padLeft;
    place.code = int64_t{image} * p.groups * p.groupChannels * p.codePlane + p.codeOrigin +
                 place.y * p.codePitch + place.x;
    place.zeroPoint = static_cast<float>(pair.zeroIndex + p.pairs.first);
    const float* from = p.gradients + (int64_t{image} * p.outputs + firstOutput) * p.outPlane +
                        (position - image * p.outPlane);
#pragma unroll
    for (int i = 0; i < kStagedQuads; ++i) {
      const int first = (static_cast<int>(threadIdx.x) / kChunk + i * kStagers) * kQuad;
      if (first >= quads * kQuad) break;
      float values[kQuad];
#pragma unroll
      for (int j = 0; j < kQuad; ++j) {
        values[j] = first + j < count ? pair.scale * __ldg(from + int64_t{first + j} * p.outPlane) : 0.0f;
      }
      gradients[i] = make_float4(values[0], values[1], values[2], values[3]);
    }
  }

  __device__ void store(float4* staged, Place* places, int quads) const {
    const int position = static_cast<int>(threadIdx.x) % kChunk, row = static_cast<int>(threadIdx.x) / kChunk;
    if (row == 0) places[position] = place;
#pragma unroll
    for (int i = 0; i < kStagedQuads; ++i) {
      const int quad = row + i * kStagers;
      if (quad < quads) staged[position * quads + (quad ^ (position & (quads - 1)))] = gradients[i];
    }
  }
};

template <int tables, bool skipPadding>
__global__ void __launch_bounds__(kBlockThreads)
    sumWeightGradients(TableWeightProblem p, TableWeightTiling tiling, float* results, FaultReport fault) {
  const int quads = tiling.quads, octetTaps = kSlots / quads;
  const QuadTables rowTables{reinterpret_cast<float4*>(dynamicShared()),
                             p.pairs.indexHi - p.pairs.indexLo + 1, quads - 1};
  float4* staged = rowTables.data + tables * rowTables.rows * kSlots;
  auto* places = reinterpret_cast<Place*>(staged + kChunk * quads);

  int64_t block = blockIdx.x;
  const int firstTap = static_cast<int>(block % tiling.tapTiles) * tables * octetTaps;
  block /= tiling.tapTiles;
  const int tile = static_cast<int>(block % tiling.outputTiles);
  block /= tiling.outputTiles;
  const int group = static_cast<int>(block % p.groups), part = static_cast<int>(block / p.groups);
  const int firstOutput = group * p.groupOutputs + tile * quads * kQuad;
  const int count = min(quads * kQuad, p.groupOutputs - tile * quads * kQuad);
  const int begin = part * tiling.partPositions, end = min(begin + tiling.partPositions, p.positions);

  const int stagedPosition = static_cast<int>(threadIdx.x) % kChunk;
  StagedPosition next;
  next.load(p, fault, begin + stagedPosition, end, firstOutput, count, quads);

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
  int64_t tapCodes[tables];  // from a position's place
  int tapY[tables], tapX[tables];
  float sums[tables][kQuad];
#pragma unroll
  for (int t = 0; t < tables; ++t) {
    const int k = min(firstTap + t * octetTaps + slot / quads, p.depth - 1);
    tapY[t] = k % p.kernelTaps / p.kernelW * p.dilationH;
    tapX[t] = k % p.kernelW * p.dilationW;
    tapCodes[t] =
        int64_t{group * p.groupChannels + k / p.kernelTaps} * p.codePlane + tapY[t] * p.codePitch + tapX[t];
#pragma unroll
    for (int j = 0; j < kQuad; ++j) sums[t][j] = 0.0f;
  }

  for (int chunk = begin; chunk < end; chunk += kChunk) {
    __syncthreads();
    next.store(staged, places, quads);
    __syncthreads();
    if (chunk + kChunk < end) {
      next.load(p, fault, chunk + kChunk + stagedPosition, end, firstOutput, count, quads);
    }
#pragma unroll
    for (int position = static_cast<int>(threadIdx.x) / kSlots; position < kChunk; position += kStep) {
      const Place& place = places[position];
      const float4 g = staged[position * quads + ((slot ^ position) & (quads - 1))];
      const float zeroPoint = place.zeroPoint;
      const uint8_t* codes = p.codes + place.code;
      int rows[tables];
#pragma unroll
      for (int t = 0; t < tables; ++t) rows[t] = __ldg(codes + tapCodes[t]) - p.pairs.indexLo;
#pragma unroll
      for (int t = 0; t < tables; ++t) {
        if constexpr (skipPadding) {
          const bool inside = static_cast<unsigned>(place.y + tapY[t]) < static_cast<unsigned>(p.height) &&
                              static_cast<unsigned>(place.x + tapX[t]) < static_cast<unsigned>(p.width);
          if (!inside) continue;
        }
        const float4 d = rowTables.at(t, rows[t], slot);
        sums[t][0] = fmaf(g.x, d.x - zeroPoint, sums[t][0]);
        sums[t][1] = fmaf(g.y, d.y - zeroPoint, sums[t][1]);
        sums[t][2] = fmaf(g.z, d.z - zeroPoint, sums[t][2]);
        sums[t][3] = fmaf(g.w, d.w - zeroPoint, sums[t][3]);
      }
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
    results[(int64_t{part} * p.outputs + firstOutput + output) * p.depth + k] = sum;
  }
}

using Kernel = void (*)(TableWeightProblem, TableWeightTiling, float*, FaultReport);

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
    const bool fits = sharedBytes(p, variant.tables, tiling.quads) <= device.sharedBytes;
    if (fits && variant.tables < octets + 2) break;
  }
  tiling.outputTiles = ceilDivide(p.groupOutputs, tiling.quads * kQuad);
  tiling.tapTiles = ceilDivide(octets, tiling.tables);
  const int64_t blocks = tiling.tapTiles * tiling.outputTiles * p.groups;
  const int64_t mostParts = std::min<int64_t>(64, ceilDivide(p.positions, kChunk));
  double best = 0;
  for (int64_t parts = 1; parts <= mostParts; ++parts) {
    const int64_t positions = ceilDivide(ceilDivide(p.positions, parts), kChunk) * kChunk;
    const auto waves = static_cast<double>(ceilDivide(blocks * parts, device.multiprocessors));
    const double clocks =
        waves * tiling.tables * (rowsOf(p) * kRow + static_cast<double>(positions / kStep) * kRead) +
        (parts > 1 ? kPartial * static_cast<double>(parts * p.outputs * p.depth) : 0.0);
    if (best != 0 && clocks >= best) continue;
    best = clocks;
    tiling.partPositions = static_cast<int>(positions);
  }
  tiling.parts = static_cast<int>(ceilDivide(p.positions, tiling.partPositions));
  return tiling;
}

void tableWeightGradient(cudaStream_t stream, const TableWeightProblem& problem,
                         const TableWeightTiling& tiling, float* results, FaultReport fault) {
  const auto* variant = std::find_if(std::begin(kVariants), std::end(kVariants), [&](const Variant& v) {
    return v.tables == tiling.tables && v.skipPadding == problem.skipPadding;
  });
  const int bytes = sharedBytes(problem, tiling.tables, tiling.quads);
  check(cudaFuncSetAttribute(variant->kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes),
        "the shared memory of a weight gradient");
  launch(stream, variant->kernel, {tiling.tapTiles * tiling.outputTiles * problem.groups * tiling.parts},
         kBlockThreads, static_cast<size_t>(bytes), problem, tiling, results, fault);
}

}  // namespace approxtorch::cuda
