// What becomes of a sum before it is a result.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "../../native/math/vector_math.h"

namespace approxtorch::cuda {

struct Finish {
  Clamp clamp;
  const uint8_t* mask;  // bit i mod 8 of byte i / 8 is 0 where the result i becomes 0; null: nowhere

  __device__ float apply(float sum, int64_t index) const {
    if (mask != nullptr && (mask[index / 8] >> (index % 8) & 1) == 0) return 0.0f;
    return clamped(sum, clamp);
  }
};

// Where a block stores its sums: finished results, or the sums of its part of the terms, to be finished by
// sumParts.
struct Destination {
  float* data;
  int64_t partStride;  // 0: finished results
  bool quads;          // four neighbouring columns that start at a multiple of 4 lie in 16 aligned bytes

  __device__ void store(const Finish& finish, int part, int64_t index, float sum) const {
    if (partStride != 0) {
      data[part * partStride + index] = sum;
    } else {
      data[index] = finish.apply(sum, index);
    }
  }
  // Of four neighbours, where `quads` is set.
  __device__ void storeQuad(const Finish& finish, int part, int64_t index, const float* sums) const {
    const bool done = partStride == 0;
    const float x = done ? finish.apply(sums[0], index) : sums[0];
    const float y = done ? finish.apply(sums[1], index + 1) : sums[1];
    const float z = done ? finish.apply(sums[2], index + 2) : sums[2];
    const float w = done ? finish.apply(sums[3], index + 3) : sums[3];
    *reinterpret_cast<float4*>(data + part * partStride + index) = make_float4(x, y, z, w);
  }
};

}  // namespace approxtorch::cuda
