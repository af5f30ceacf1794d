#include <algorithm>
#include <climits>

#include "../../native/spec/operands.h"
#include "../dynamic_shared.h"
#include "../launch.h"
#include "../linear_gemm/sum_parts.h"
#include "input_gradient.h"
#include "quad_tables.h"

namespace approxtorch::cuda {
namespace {

constexpr int kBlockThreads = 768;
constexpr int kWarps = kBlockThreads / kWarp;
constexpr int kStep = kWarp / kSlots;  // positions that a warp works on at once

struct NoScale {
  __device__ float operator()(int64_t) const { return 1.0f; }
};

// What a warp's threads need to know of a position.
struct alignas(16) Place {
  int gradient;  // of the output position that a tap of offset 0 belongs to
  int row, column;
  unsigned codes;  // rows of tables, a byte for each channel
};

// Adds up value i of eight neighbouring threads for the thread i of them.
__device__ __forceinline__ float addTransposed(float (&values)[kSlots]) {
#pragma unroll
  for (int half = kSlots / 2; half > 0; half /= 2) {
    const bool upper = (threadIdx.x & half) != 0;
#pragma unroll
    for (int i = 0; i < half; ++i) {
      const float other = __shfl_xor_sync(kAllLanes, upper ? values[i] : values[i + half], half);
      values[i] = (upper ? values[i + half] : values[i]) + other;
    }
  }
  return values[0];
}

template <int kChannels, int kOctets>
__global__ void __launch_bounds__(kBlockThreads)
    sumInputGradients(TableInputProblem p, TableInputTiling tiling, const float4* packed, Finish finish,
                      Destination results) {
  static_assert(kChannels <= sizeof(unsigned), "a place has a byte for each channel");
  const QuadTables tables{reinterpret_cast<float4*>(dynamicShared()), p.codeHi - p.codeLo + 1, kSlots - 1};
  __shared__ Place places[kWarps][kWarp];

  int64_t block = blockIdx.x;
  const int octetTile = static_cast<int>(block % tiling.octetTiles);
  block /= tiling.octetTiles;
  const int channelTile = static_cast<int>(block % tiling.channelTiles);
  block /= tiling.channelTiles;
  const int group = static_cast<int>(block % p.groups);
  block /= p.groups;
  const Phase phase = p.phases[block % p.phaseCount];
  const int64_t first = block / p.phaseCount * tiling.positions;
  const int phasePlane = phase.rows * phase.columns;
  const int64_t end = min(first + tiling.positions, int64_t{p.batch} * phasePlane);
  if (first >= end) return;
  const int firstChannel = channelTile * kChannels;
  const int firstPiece = octetTile * kOctets * kSlots, pieces = phase.taps / p.groupOutputs * tiling.quads;

  tables.fill(kChannels * kOctets, [&](int table, int slot) {
    const int piece = firstPiece + table % kOctets * kSlots + slot;
    const int channel = min(firstChannel + table / kOctets, p.groupChannels - 1);
    const float* columns[kQuad];
    float scales[kQuad], zeroPoints[kQuad];
    for (int j = 0; j < kQuad; ++j) {
      const int output = piece % tiling.quads * kQuad + j;
      const bool any = piece < pieces && output < p.groupOutputs;
      const int64_t row = int64_t{group} * p.groupOutputs + (any ? output : 0);
      const int tap = any ? p.taps[phase.firstTap + piece / tiling.quads].weight : 0;
      const int64_t weight = (row * p.groupChannels + channel) * p.kernelTaps + tap;
      columns[j] = p.columns + p.indices[weight] * kOperands + p.codeLo;
      scales[j] = any ? p.scales[row] : 0.0f;
      zeroPoints[j] = static_cast<float>(p.zeroPoints[row]);
    }
    return [=](int row) {
      float values[kQuad];
#pragma unroll
      for (int j = 0; j < kQuad; ++j) values[j] = scales[j] * (__ldg(columns[j] + row) - zeroPoints[j]);
      return make_float4(values[0], values[1], values[2], values[3]);
    };
  });

  const int slot = static_cast<int>(threadIdx.x) % kSlots;
  const int stride = p.groups * tiling.quads;  // from a position's gradients to the next one's
  int tapY[kOctets], tapX[kOctets];
  const float4* tapGradients[kOctets];
#pragma unroll
  for (int q = 0; q < kOctets; ++q) {
    const int piece = firstPiece + q * kSlots + slot;
    Tap tap{0, INT_MIN / 2, 0, 0};  // outside of every image
    if (piece < pieces) tap = p.taps[phase.firstTap + piece / tiling.quads];
    tapY[q] = tap.y;
    tapX[q] = tap.x;
    tapGradients[q] = packed + int64_t{tap.offset} * stride + group * tiling.quads + piece % tiling.quads;
  }
  __syncthreads();

  const int warp = static_cast<int>(threadIdx.x) / kWarp;
  const int inWarp = slot * kStep + laneOfWarp() / kSlots;  // the position whose sums the thread ends with
  Place* warpPlaces = places[warp];
  for (int64_t base = first + warp * kWarp; base < end; base += kBlockThreads) {
    const int position = static_cast<int>(min(base + inWarp, end - 1));
    const int image = position / phasePlane, at = position % phasePlane;
    const int row = at / phase.columns, column = at % phase.columns;
    const int y = phase.y + row * p.strideH, x = phase.x + column * p.strideW;
    const int64_t plane =
        int64_t{image} * p.groups * p.groupChannels + group * p.groupChannels + firstChannel;
    const uint8_t* codes = p.codes + plane * p.codePlane + p.codeOrigin + y * p.codePitch + x;
    unsigned rows = 0;
#pragma unroll
    for (int c = 0; c < kChannels; ++c) {
      if (firstChannel + c >= p.groupChannels) break;
      rows |= static_cast<unsigned>(__ldg(codes + int64_t{c} * p.codePlane) - p.codeLo) << (8 * c);
    }
    __syncwarp();
    warpPlaces[inWarp] = {(image * p.outHeight + row) * p.outWidth + column, row, column, rows};
    __syncwarp();
    float sums[kChannels][kSlots];
    float4 next[kOctets];  // gradients, fetched while those of the position before are added
    const auto fetch = [&](const Place& place) {
      const int64_t gradient = int64_t{place.gradient} * stride;
#pragma unroll
      for (int q = 0; q < kOctets; ++q) {
        const bool inside = static_cast<unsigned>(place.row + tapY[q]) < static_cast<unsigned>(p.outHeight) &&
                            static_cast<unsigned>(place.column + tapX[q]) < static_cast<unsigned>(p.outWidth);
        next[q] = make_float4(0.0f, 0.0f, 0.0f, 0.0f);
        if (inside) next[q] = __ldg(tapGradients[q] + gradient);
      }
    };
    Place place = warpPlaces[laneOfWarp() / kSlots];
    fetch(place);
#pragma unroll
    for (int step = 0; step < kSlots; ++step) {
      const unsigned stepCodes = place.codes;
      float4 g[kOctets];
#pragma unroll
      for (int q = 0; q < kOctets; ++q) g[q] = next[q];
      if (step + 1 < kSlots) {
        place = warpPlaces[(step + 1) * kStep + laneOfWarp() / kSlots];
        fetch(place);
      }
#pragma unroll
      for (int c = 0; c < kChannels; ++c) {
        const int code = static_cast<int>(stepCodes >> (8 * c) & 255u);
        float sum = 0.0f;
#pragma unroll
        for (int q = 0; q < kOctets; ++q) {
          const float4 d = tables.at(c * kOctets + q, code, slot);
          sum = fmaf(g[q].x, d.x, sum);
          sum = fmaf(g[q].y, d.y, sum);
          sum = fmaf(g[q].z, d.z, sum);
          sum = fmaf(g[q].w, d.w, sum);
        }
        sums[c][step] = sum;
      }
    }
#pragma unroll
    for (int c = 0; c < kChannels; ++c) {
      const float sum = addTransposed(sums[c]);
      if (base + inWarp >= end || firstChannel + c >= p.groupChannels) continue;
      results.store(finish, octetTile, ((plane + c) * p.height + y) * p.width + x, sum);
    }
  }
}

using Kernel = void (*)(TableInputProblem, TableInputTiling, const float4*, Finish, Destination);

struct Variant {
  int channels, octets;
  Kernel kernel;
};
// Those that need more shared memory come first.
constexpr Variant kVariants[] = {
    {2, 3, sumInputGradients<2, 3>}, {2, 2, sumInputGradients<2, 2>}, {2, 1, sumInputGradients<2, 1>}};

// Without the places.
int sharedBytes(const TableInputProblem& p, const Variant& variant) {
  return variant.channels * variant.octets * (p.codeHi - p.codeLo + 1) * kQuadRowBytes;
}

// Clocks of a multiprocessor, for choices only.
double clocksOf(const TableInputProblem& p, const TableInputTiling& t, const DeviceTraits& device) {
  // Of a row of a table; of a position, of reading its gradients and of reading from a table for it; of a
  // partial result.
  constexpr double kRow = 12, kPosition = 1, kGradients = 1, kRead = 1.4, kPartial = 0.02;
  const double position = kPosition + t.octets * (kGradients + kRead * static_cast<double>(t.channels));
  const double rows = kRow * (p.codeHi - p.codeLo + 1) * t.channels * t.octets;
  const int64_t blocks = t.octetTiles * t.channelTiles * p.groups * p.phaseCount * t.positionTiles;
  const auto waves = static_cast<double>(ceilDivide(blocks, device.multiprocessors));
  const double partials =
      t.octetTiles == 1 ? 0.0 : kPartial * static_cast<double>(t.octetTiles * p.results());
  return waves * (rows + static_cast<double>(t.positions) * position) + partials;
}

}  // namespace

bool hasFewOutputs(const TableInputProblem& problem) { return problem.groupOutputs < kQuad; }

TableInputTiling chooseTiling(const TableInputProblem& p, const DeviceTraits& device) {
  constexpr int64_t kMostTiles = 64;
  TableInputTiling best{}, tiling{};
  tiling.quads = p.packing().quads();
  // Without any terms, what is left to do is to write zeros.
  const int64_t octets = std::max<int64_t>(1, ceilDivide(int64_t{p.phaseTaps} * tiling.quads, kSlots));
  for (const Variant& variant : kVariants) {
    if (sharedBytes(p, variant) + static_cast<int>(sizeof(Place)) * kBlockThreads > device.sharedBytes)
      continue;
    tiling.channels = variant.channels;
    tiling.octets = variant.octets;
    tiling.channelTiles = ceilDivide(p.groupChannels, variant.channels);
    tiling.octetTiles = ceilDivide(octets, variant.octets);
    for (int64_t tiles = 1; tiles <= kMostTiles; ++tiles) {
      tiling.positions = ceilDivide(ceilDivide(p.phasePositions, tiles), kBlockThreads) * kBlockThreads;
      tiling.positionTiles = ceilDivide(p.phasePositions, tiling.positions);
      if (best.channels == 0 || clocksOf(p, tiling, device) < clocksOf(p, best, device)) best = tiling;
    }
  }
  return best;
}

void tableInputGradient(cudaStream_t stream, const TableInputProblem& p, const TableInputTiling& tiling,
                        float4* packed, float* partials, const Finish& finish, float* dx) {
  const GradientPacking packing = p.packing();
  launchEach(stream, packing.count(), packGradients<NoScale>, packing, p.gradients, NoScale{}, packed);
  const auto* variant = std::find_if(std::begin(kVariants), std::end(kVariants), [&](const Variant& v) {
    return v.channels == tiling.channels && v.octets == tiling.octets;
  });
  const int bytes = sharedBytes(p, *variant);
  check(cudaFuncSetAttribute(variant->kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes),
        "the shared memory of an input gradient");
  const bool direct = tiling.octetTiles == 1;
  const Destination to{direct ? dx : partials, direct ? 0 : p.results(), false};
  launch(stream, variant->kernel,
         {tiling.octetTiles * tiling.channelTiles * p.groups * p.phaseCount * tiling.positionTiles},
         kBlockThreads, static_cast<size_t>(bytes), p, tiling, packed, finish, to);
  if (!direct) sumParts(stream, partials, static_cast<int>(tiling.octetTiles), p.results(), finish, dx);
}

}  // namespace approxtorch::cuda
