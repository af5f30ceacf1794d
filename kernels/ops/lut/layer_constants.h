// What the epilogue of a layer needs besides its sums (numerics.md §3): corrections for zero points, scales,
// sums of codes, and what padded taps have added.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "../../activation_pairs.h"
#include "../../lut_gemm/epilogue.h"
#include "../../lut_gemm/problem.h"

namespace approxtorch::cuda {

// A layer's weights on the device.
struct LayerWeights {
  const uint8_t* indices;     // [outputs][reduction]
  const float* scales;        // [outputs]
  const int32_t* zeroPoints;  // [outputs], as codes
  int32_t outputs, reduction, taps;
  int32_t first;        // operand value of index 0
  bool haveZeroPoints;  // else all are 0
};

// A fault of the weights has a negative index.
constexpr int32_t kZeroPointFault = -1;

// sums[o] = Σ of the weights' codes.
void sumWeights(const LayerWeights& weights, int64_t* sums, cudaStream_t stream);

// constants, scales: [sets][outputs]; tapErrors: [sets][outputs][taps] or null. With S the sums less
// reduction · table.offset where `narrow`: S + constants − zeroPoints · Σ indices − Σ errors of the padded
// taps are the accumulators. Raises faults for pairs that are none (index: the set) and zero points that are
// no codes.
template <class Sum>
void findConstants(const LayerWeights& weights, const int64_t* weightSums, const ActivationPairs& pairs,
                   int32_t sets, const DeviceTable& table, Sum* constants, float* scales, Sum* tapErrors,
                   FaultReport fault, cudaStream_t stream);

// Codes of images [N][groups · channels][plane], to sums over the window at each position.
struct CodeSums {
  int64_t images;
  int32_t groups, channels;  // channels: of a group
  int32_t plane;             // bytes, with the halo
  int32_t kernelTaps;        // of one channel
  int32_t positions;         // of all images

  int64_t planeSums() const { return images * groups * plane; }
};

// sums: [groups][positions]; planeSums: working memory.
void sumCodes(const CodeSums& shape, const CodePlaces& places, int32_t* planeSums, int32_t* sums,
              cudaStream_t stream);

}  // namespace approxtorch::cuda
