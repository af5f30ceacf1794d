// Weight gradients under a derivative D that is a full table of activation and weight (numerics.md §4).
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "../device_traits.h"
#include "../linear_gemm/plane_walk.h"
#include "../ops/lut/activation_pairs.h"

namespace approxtorch::cuda {

// The layer, and where its tensors are. The codes' halo holds the padding.
struct TableWeightProblem {
  const float* gradients;  // [batch, groups·groupOutputs, outPlane]
  const uint8_t* codes;    // [batch, channels, codePlane]
  const uint8_t* indices;  // [groups·groupOutputs, depth]
  const float* columns;    // [weight index][activation index]
  ActivationPairs pairs;
  PlaneWalk walk;  // over the output
  int outPlane, outputs, groups, groupOutputs, groupChannels, depth, kernelW, kernelTaps;
  int height, width, strideH, strideW, dilationH, dilationW, padTop, padLeft;
  int codeOrigin, codePitch, codePlane;  // of a channel's plane: its first code without the halo
  int positions;
  bool skipPadding;
};

// A block sums the terms of a part of the positions for `tables` octets of slots.
struct TableWeightTiling {
  int tables;
  int quads;  // of outputs that a block has: 1, 2, 4 or 8; the slots of an octet are those of 8 / quads taps
  int parts, partPositions;
  int64_t outputTiles, tapTiles;
};

TableWeightTiling chooseTiling(const TableWeightProblem& problem, const DeviceTraits& device);

// results: [parts, groups·groupOutputs, depth].
void tableWeightGradient(cudaStream_t stream, const TableWeightProblem& problem,
                         const TableWeightTiling& tiling, float* results, FaultReport fault);

}  // namespace approxtorch::cuda
