// Weight gradients under a derivative D that is a full table of activation and weight (numerics.md §4).
#pragma once

#include <cuda_runtime.h>

#include <cstdint>
#include <cstring>

#include "../activation_pairs.h"
#include "../device_traits.h"
#include "../linear_gemm/plane_walk.h"
#include "pack_gradients.h"

namespace approxtorch::cuda {

// The layer, and where its tensors are. The codes' halo holds the padding.
struct TableWeightProblem {
  const float* gradients;  // [batch, groups·groupOutputs, outPlane]
  const uint8_t* codes;    // [batch, groups·groupChannels, codePlane]
  const uint8_t* indices;  // [groups·groupOutputs, depth]
  const float* columns;    // [weight index][activation index]
  ActivationPairs pairs;
  PlaneWalk walk;  // over the output
  int batch, outPlane, groups, groupOutputs, groupChannels, depth, kernelW, kernelTaps;
  int height, width, strideH, strideW, dilationH, dilationW, padTop, padLeft;
  int codeOrigin, codePitch, codePlane;  // of a channel's plane: its first code without the halo
  bool skipPadding;

  __host__ __device__ int outputs() const { return groups * groupOutputs; }
  __host__ __device__ int positions() const { return batch * outPlane; }
  GradientPacking packing() const { return {batch, outPlane, groups, groupOutputs}; }
  __device__ int tapY(int k) const { return k % kernelTaps / kernelW * dilationH; }
  __device__ int tapX(int k) const { return k % kernelW * dilationW; }
  // Of tap k of the group, from that of the kernel's first tap in the first channel.
  __device__ int64_t tapCode(int group, int k) const {
    return int64_t{group * groupChannels + k / kernelTaps} * codePlane + tapY(k) * codePitch + tapX(k);
  }
};

// What the terms of a position have in common.
struct alignas(16) TermPlace {
  int64_t code;  // of the kernel's first tap in the first channel
  float zeroPoint;

#if defined(__CUDACC__) || defined(APPROXTORCH_CUDA_EMULATED)
  // In one load: of two, a warp would wait twice.
  static __device__ __forceinline__ TermPlace at(const TermPlace* from) {
    const int4 words = __ldg(reinterpret_cast<const int4*>(from));
    TermPlace place;
    memcpy(&place, &words, sizeof(place));
    return place;
  }
#endif
};

// A block sums the terms of a part of the positions for `tables` octets of slots.
struct TableWeightTiling {
  int tables;
  int quads;  // of outputs that a block has: 1, 2, 4 or 8; the slots of an octet are those of 8 / quads taps
  int parts, partPositions;
  int64_t outputTiles, tapTiles;
};

TableWeightTiling chooseTiling(const TableWeightProblem& problem, const DeviceTraits& device);

// results: [parts, groups·groupOutputs, depth]. packed, places: working memory, as large as the problem's
// packing and its positions.
void tableWeightGradient(cudaStream_t stream, const TableWeightProblem& problem,
                         const TableWeightTiling& tiling, float4* packed, TermPlace* places, float* results,
                         FaultReport fault);

}  // namespace approxtorch::cuda
