// Gradients as kernels that read quads of outputs want them.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "../launch.h"
#include "quad_tables.h"

namespace approxtorch::cuda {

// Outputs' gradients [batch, groups·groupOutputs, plane]; packed they are [batch, plane, groups, quads], with
// zeros behind the outputs of a group.
struct GradientPacking {
  int64_t batch, plane;
  int groups, groupOutputs;

  __host__ __device__ int quads() const { return (groupOutputs + kQuad - 1) / kQuad; }
  // From a position to the next one.
  __host__ __device__ int64_t stride() const { return int64_t{groups} * quads(); }
  int64_t count() const { return batch * plane * stride(); }
  int64_t bytes() const { return count() * static_cast<int64_t>(sizeof(float4)); }
};

// scaleOf(image): what an image's gradients are multiplied by.
template <class ScaleOf>
__global__ void packGradients(int64_t count, GradientPacking packing, const float* gradients, ScaleOf scaleOf,
                              float4* packed) {
  const int64_t i = globalThread();
  if (i >= count) return;
  const int quads = packing.quads();
  const int first = static_cast<int>(i % quads) * kQuad;
  const int64_t rest = i / quads, position = rest / packing.groups, image = position / packing.plane;
  const int64_t output = (image * packing.groups + rest % packing.groups) * packing.groupOutputs + first;
  const float* from = gradients + output * packing.plane + position % packing.plane;
  const float scale = scaleOf(image);
  float values[kQuad];
#pragma unroll
  for (int j = 0; j < kQuad; ++j) {
    values[j] = first + j < packing.groupOutputs ? scale * __ldg(from + j * packing.plane) : 0.0f;
  }
  packed[i] = make_float4(values[0], values[1], values[2], values[3]);
}

}  // namespace approxtorch::cuda
