// Input gradients under a derivative D that is a full table of activation and weight (numerics.md §4).
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "../device_traits.h"
#include "../linear_gemm/finish.h"
#include "../linear_gemm/taps.h"
#include "pack_gradients.h"

namespace approxtorch::cuda {

// The layer, and where its tensors are.
struct TableInputProblem {
  const float* gradients;  // [batch, groups·groupOutputs, outHeight, outWidth]
  const uint8_t* codes;    // [batch, groups·groupChannels, codePlane]
  const uint8_t* indices;  // [groups·groupOutputs, groupChannels·kernelTaps]
  const float* scales;     // [groups·groupOutputs], of the weights; likewise zeroPoints
  const int32_t* zeroPoints;
  const float* columns;  // [weight index][activation index]
  const Tap* taps;       // as inputGradientTaps lists them; likewise phases
  const Phase* phases;
  int64_t phasePositions;     // of the largest phase
  int phaseCount, phaseTaps;  // the most places of the kernel that a phase has taps at
  int batch, groups, groupChannels, groupOutputs, kernelTaps;
  int height, width, outHeight, outWidth, strideH, strideW;
  int codeOrigin, codePitch, codePlane;  // of a channel's plane: its first code without the halo
  int codeLo, codeHi;                    // indices

  int channels() const { return groups * groupChannels; }
  GradientPacking packing() const { return {batch, int64_t{outHeight} * outWidth, groups, groupOutputs}; }
  int64_t results() const { return int64_t{batch} * channels() * height * width; }
};

// A block sums the terms of some octets of slots for some channels, at a part of a phase's positions.
struct TableInputTiling {
  int channels, octets;
  int quads;  // of a group's outputs
  int64_t positions, positionTiles, channelTiles, octetTiles;
};

TableInputTiling chooseTiling(const TableInputProblem& problem, const DeviceTraits& device);

// dx [batch, groups·groupChannels, height, width]. packed: working memory of the problem's packing. partials:
// null, or where there are several octetTiles, as many times the results.
void tableInputGradient(cudaStream_t stream, const TableInputProblem& problem, const TableInputTiling& tiling,
                        float4* packed, float* partials, const Finish& finish, float* dx);

// Where groups have so few outputs that slots would be empty.
bool hasFewOutputs(const TableInputProblem& problem);
void fewOutputsInputGradient(cudaStream_t stream, const TableInputProblem& problem, const Finish& finish,
                             float* dx);

}  // namespace approxtorch::cuda
